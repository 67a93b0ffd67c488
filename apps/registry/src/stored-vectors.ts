import { z } from 'zod';
import type { Tx } from '@loam/database';
import {
  placeOf,
  type Found,
  type Narrowing,
  type Neighbour,
  type Search,
  type Semantic,
} from '@loam/search';
import { TOLD } from './catalog.queries';

/*
 * Vectors that Postgres compares, by pgvector: every one that may be found, through no index that forgets some. They
 * are the same 8-bit numbers that an index in memory holds, so both find the same.
 */

/**
 * Has the vectors where the database can compare them, which takes a while the first time.
 * @param tx of the system role
 * @returns false where the extension is not there
 */
export async function usePgvector(tx: Tx): Promise<boolean> {
  await tx.query('SET LOCAL statement_timeout = 0');
  const [row] = await tx.query<{ used: boolean }[]>('SELECT use_pgvector() AS used');
  return row?.used === true;
}

const neighbours = z.array(z.object({ kind: z.string(), slug: z.string(), similarity: z.number() }));

/** Of a vector of other dimensions nothing can be said. */
const SIMILARITY = `CASE WHEN vector_dims(d.meaning) = vector_dims($2::halfvec) THEN 1 - (d.meaning <=> $2::halfvec) END`;
const OWN = "d.tenant_id = current_setting('loam.tenant')::uuid AND d.provider = $1";
const KEY = `(d.kind || '/' || d.slug) COLLATE "C"`;

// What is similar comes first and sorted, so that only what may be told is looked up in the catalog.
const NEAREST = `
  SELECT d.kind, d.slug, d.similarity
  FROM (SELECT * FROM (SELECT d.tenant_id, d.kind, d.slug, d.version, ${SIMILARITY} AS similarity
      FROM search_documents d WHERE ${OWN} AND d.kind = ANY ($4)) d
    WHERE d.similarity >= $3
      AND ($9::float8 IS NULL OR d.similarity < $9 OR d.similarity = $9 AND ${KEY} > $10)
    ORDER BY d.similarity DESC, ${KEY}) d
  JOIN skills s USING (tenant_id, kind, slug, version) JOIN skill_versions v USING (tenant_id, kind, slug, version)
  WHERE ${TOLD} AND s.status = ANY ($5) AND v.tags @> $6 AND ($7::text IS NULL OR v.published_by = $7)
    AND ($8::float8 IS NULL OR EXISTS (SELECT FROM skill_versions f WHERE f.tenant_id = s.tenant_id AND f.kind = s.kind
      AND f.slug = s.slug AND f.published_at <= to_timestamp($8::float8 / 1000)))
  ORDER BY d.similarity DESC, ${KEY} LIMIT $11`;

/** A search by likeness alone. */
export interface SimilarSearch extends Pick<Search, 'narrowing' | 'limit' | 'after'> {
  readonly semantic: Semantic;
}

export type SimilarPage = Pick<Found, 'hits' | 'next'>;

interface Wanted {
  readonly provider: string;
  readonly vector: Int8Array;
  /** The least cosine. */
  readonly least: number;
  readonly narrowing: Omit<Narrowing, 'asOf'>;
  /** Only what was there by then, in ms; null for everything. */
  readonly asOf: number | null;
  /** Only what comes after this in the order of similarity, then of kind and slug. */
  readonly after: { readonly similarity: number; readonly key: string } | null;
  readonly limit: number;
}

const textOf = (vector: Int8Array): string => `[${vector.join(',')}]`;
const isNowhere = (vector: Int8Array): boolean => vector.every((value) => value === 0);

/** The tenant's items whose vectors are nearest to this one, the nearest first. */
export async function nearestStored(tx: Tx, wanted: Wanted): Promise<Neighbour[]> {
  const { provider, vector, least, narrowing, asOf, after, limit } = wanted;
  const { kinds, statuses, tags, author } = narrowing;
  if (isNowhere(vector)) return [];
  const rows = await tx.query<unknown[]>(NEAREST, [
    ...[provider, textOf(vector), least, kinds, statuses, tags, author, asOf],
    ...[after?.similarity ?? null, after?.key ?? '', limit],
  ]);
  return neighbours.parse(rows);
}

/** How similar these items are to a vector; those without one are left out. */
export async function similaritiesOf(
  tx: Tx,
  { provider, vector }: Pick<Wanted, 'provider' | 'vector'>,
  items: readonly { readonly kind: string; readonly slug: string }[],
): Promise<Neighbour[]> {
  if (isNowhere(vector) || items.length === 0) return [];
  const rows = await tx.query<unknown[]>(
    `SELECT d.kind, d.slug, ${SIMILARITY} AS similarity FROM search_documents d
     JOIN skills s USING (tenant_id, kind, slug, version) JOIN skill_versions v USING (tenant_id, kind, slug, version)
     WHERE ${OWN} AND ${TOLD} AND (d.kind, d.slug) IN (SELECT * FROM unnest($3::text[], $4::text[]))
       AND vector_dims(d.meaning) = vector_dims($2::halfvec)`,
    [provider, textOf(vector), items.map(({ kind }) => kind), items.map(({ slug }) => slug)],
  );
  return neighbours.parse(rows);
}

/** A page of what is similar. It begins after the last item's place of now. */
export async function similarStored(
  tx: Tx,
  provider: string,
  { semantic, narrowing, after, limit }: SimilarSearch,
): Promise<SimilarPage> {
  const { vector, least } = semantic;
  const [last] = after === null ? [] : await similaritiesOf(tx, { provider, vector }, [after]);
  const asOf = after?.asOf ?? (await momentOf(tx));
  const found = await nearestStored(tx, {
    ...{ provider, vector, least, narrowing, limit: limit + 1, asOf: after === null ? null : asOf },
    after: after && {
      similarity: last?.similarity ?? after.score,
      key: `${after.kind}/${after.slug}`,
    },
  });
  const hits = found.slice(0, limit).map((each) => ({ ...each, score: each.similarity }));
  const end = found.length > limit ? hits.at(-1) : undefined;
  return { hits, next: end === undefined ? null : placeOf(end, asOf) };
}

async function momentOf(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  return row?.now.getTime() ?? 0;
}
