import { z } from 'zod';
import type { Tx } from '@loam/database';
import type { SearchDocument, Use } from '@loam/search';
import { TOLD } from './catalog.queries';

const count = z.coerce.number();
const usesSchema = {
  ...{ uses: count, successes: count, failures: count },
  ...{ all_uses: count, all_successes: count, all_others: count },
};
type UsesRow = z.output<z.ZodObject<typeof usesSchema>>;
const rowSchema = z.object({
  kind: z.string(),
  slug: z.string(),
  description: z.string(),
  when_to_use: z.string().nullable(),
  tags: z.array(z.string()),
  status: z.string(),
  published_by: z.string(),
  since: z.date(),
  name: z.string().nullable(),
  body: z.string().nullable(),
  vector: z.instanceof(Buffer).nullable(),
  ...usesSchema,
});

/** A look at the files is worth a third of a download. */
const USES = `sum(views + 3 * downloads) AS uses, sum(successes) AS successes, sum(failures) AS failures`;
/** So many uses are as popular as it gets. */
const MOST_USES = 100_000;

/** 0 to 1: by the order of magnitude of the uses, less where many of the runs failed. */
export function popularityOf(used: { uses: number; successes: number; failures: number }): number {
  const reach = Math.min(1, Math.log1p(used.uses) / Math.log1p(MOST_USES));
  // One success and one failure are taken for granted, so that a single report says little.
  const outcome = (used.successes + 1) / (used.successes + used.failures + 2);
  return used.successes + used.failures === 0 ? reach : reach * Math.min(1, 0.5 + outcome);
}

const useOf = (row: UsesRow): Use => ({
  popularity: popularityOf(row),
  success: (row.all_successes + 1) / (row.all_successes + row.all_others + 2),
  times: row.all_uses,
});

/** What is known of the use of the item `s`: of the last months, and what telemetry tells of all time. */
const USED = `coalesce(u.uses, 0) AS uses, coalesce(u.successes, 0) AS successes, coalesce(u.failures, 0) AS failures,
    coalesce(k.uses, 0) AS all_uses, coalesce(k.successes, 0) AS all_successes, coalesce(k.others, 0) AS all_others`;
const JOIN_USE = `LEFT JOIN LATERAL (SELECT ${USES} FROM skill_uses x
    WHERE x.tenant_id = current_setting('loam.tenant')::uuid AND x.kind = s.kind AND x.slug = s.slug) u ON true
  LEFT JOIN skill_stats k ON k.tenant_id = current_setting('loam.tenant')::uuid AND k.kind = s.kind AND k.slug = s.slug`;

/** Of what the gate holds back only the name can be found: neither its words nor its tags are told or searched. */
const SELECT = `SELECT s.kind, s.slug, s.status, v.published_by,
    CASE WHEN ${TOLD} THEN v.description ELSE '' END AS description, CASE WHEN ${TOLD} THEN v.when_to_use END AS when_to_use,
    CASE WHEN ${TOLD} THEN v.tags ELSE '{}' END AS tags,
    (SELECT min(f.published_at) FROM skill_versions f
     WHERE f.tenant_id = s.tenant_id AND f.kind = s.kind AND f.slug = s.slug) AS since,
    CASE WHEN ${TOLD} THEN d.name END AS name, CASE WHEN ${TOLD} THEN d.body END AS body,
    CASE WHEN ${TOLD} AND $2 THEN d.vector END AS vector, ${USED}
  FROM skills s JOIN skill_versions v USING (tenant_id, kind, slug, version)
  LEFT JOIN search_documents d ON d.tenant_id = s.tenant_id AND d.kind = s.kind AND d.slug = s.slug
    AND d.version = s.version AND d.provider = $1
  ${JOIN_USE}
  WHERE s.tenant_id = current_setting('loam.tenant')::uuid AND s.status <> 'erased'`;

function toDocuments(rows: readonly unknown[]): SearchDocument[] {
  return rowSchema
    .array()
    .parse(rows)
    .map(({ kind, slug, description, tags, status, ...row }) => ({
      ...{ kind, slug, description, tags, status },
      name: row.name ?? '',
      whenToUse: row.when_to_use ?? '',
      body: row.body ?? '',
      author: row.published_by,
      since: row.since.getTime(),
      use: useOf(row),
      vector: row.vector === null ? null : new Int8Array(row.vector),
    }));
}

/** Whose vectors an index holds, and whether it does. */
export interface VectorSource {
  readonly id: string;
  /** Not where the database compares them. */
  readonly held: boolean;
}

/** The next items in the order of kind and slug. */
export async function nextDocuments(
  tx: Tx,
  { id, held }: VectorSource,
  after: { readonly kind: string; readonly slug: string } | undefined,
  limit: number,
): Promise<SearchDocument[]> {
  const rows = await tx.query<unknown[]>(
    `${SELECT} AND (s.kind, s.slug) > ($3, $4) ORDER BY s.kind, s.slug LIMIT $5`,
    [id, held, after?.kind ?? '', after?.slug ?? '', limit],
  );
  return toDocuments(rows);
}

/** From this many items on, reading them takes a noticeable time. */
const LARGE = 500;

/** The tenants with the most items, the largest first. @param tx of the system role */
export async function largestTenants(tx: Tx, most: number): Promise<string[]> {
  const rows = await tx.query<{ tenant_id: string }[]>(
    `SELECT tenant_id FROM skills GROUP BY tenant_id HAVING count(*) >= ${String(LARGE)} ORDER BY count(*) DESC LIMIT $1`,
    [most],
  );
  return rows.map(({ tenant_id }) => tenant_id);
}

/** These items, as far as they can be found. */
export async function documentsOf(
  tx: Tx,
  { id, held }: VectorSource,
  items: readonly { readonly kind: string; readonly slug: string }[],
): Promise<SearchDocument[]> {
  const rows = await tx.query<unknown[]>(
    `${SELECT} AND (s.kind, s.slug) IN (SELECT * FROM unnest($3::text[], $4::text[]))`,
    [id, held, items.map(({ kind }) => kind), items.map(({ slug }) => slug)],
  );
  return toDocuments(rows);
}

const usedSchema = z.object({ kind: z.string(), slug: z.string(), ...usesSchema });

/** How these items are used by now. */
export async function usesOf(
  tx: Tx,
  items: readonly { readonly kind: string; readonly slug: string }[],
): Promise<{ kind: string; slug: string; use: Use }[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT s.kind, s.slug, ${USED} FROM unnest($1::text[], $2::text[]) AS s (kind, slug) ${JOIN_USE}`,
    [items.map(({ kind }) => kind), items.map(({ slug }) => slug)],
  );
  return usedSchema
    .array()
    .parse(rows)
    .map(({ kind, slug, ...used }) => ({ kind, slug, use: useOf(used) }));
}
