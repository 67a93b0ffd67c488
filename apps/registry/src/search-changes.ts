import { z } from 'zod';
import type { Tx } from '@loam/database';
import { placeAfter, type Place } from '@loam/event-store';

const rowSchema = z.object({
  source: z.enum(['event', 'document', 'use']),
  key: z.string(),
  transaction_id: z.string(),
  kind: z.string().nullable(),
  slug: z.string().nullable(),
  settled: z.string(),
});

export interface Touched {
  readonly kind: string;
  readonly slug: string;
}

/** What a tenant's index lacks, and where it stands once it has that. */
export interface SearchChanges {
  /** Items to be read again. */
  readonly items: readonly Touched[];
  /** Items that were used meanwhile, of which nothing else changed. */
  readonly used: readonly Touched[];
  readonly place: Place;
}

// One statement and so one moment for everything that an index is made of. An event names its item, or the digest of
// the bytes that all its items hold.
const CHANGES = `
  WITH since AS (
    SELECT 'event' AS source, id::text AS key, transaction_id, data->>'kind' AS kind, data->>'slug' AS slug,
      data->>'sha256' AS sha256
    FROM events WHERE tenant_id = current_setting('loam.tenant')::uuid AND transaction_id >= $1::xid8
    UNION ALL
    SELECT 'document', 'd ' || changed_in || ' ' || kind || '/' || slug, changed_in, kind, slug, NULL
    FROM search_documents WHERE tenant_id = current_setting('loam.tenant')::uuid AND changed_in >= $1::xid8
    UNION ALL
    SELECT 'use', 'u ' || changed_in || ' ' || kind || '/' || slug || '@' || version || ' ' || day, changed_in, kind,
      slug, NULL
    FROM skill_uses WHERE tenant_id = current_setting('loam.tenant')::uuid AND changed_in >= $1::xid8
    UNION ALL
    SELECT 'use', 's ' || changed_in || ' ' || kind || '/' || slug, changed_in, kind, slug, NULL
    FROM skill_stats WHERE tenant_id = current_setting('loam.tenant')::uuid AND changed_in >= $1::xid8
  )
  SELECT s.source, s.key, s.transaction_id::text, coalesce(s.kind, v.kind) AS kind, coalesce(s.slug, v.slug) AS slug,
    pg_snapshot_xmin(pg_current_snapshot())::text AS settled
  FROM since s LEFT JOIN skill_versions v ON s.kind IS NULL AND v.sha256 = s.sha256
    AND v.tenant_id = current_setting('loam.tenant')::uuid
  WHERE s.key <> ALL ($2) LIMIT $3`;

/**
 * What changed in the transaction's tenant since a place, past transactions that still run.
 * @param most how many rows; undefined when there are more
 */
export async function searchChanges(tx: Tx, place: Place, most: number): Promise<SearchChanges | undefined> {
  const rows = rowSchema
    .array()
    .parse(await tx.query(CHANGES, [place.settled, [...place.seen.keys()], most + 1]));
  const [first] = rows;
  if (first === undefined) return { items: [], used: [], place };
  if (rows.length > most) return undefined;
  const named = rows.flatMap(({ source, kind, slug }) =>
    kind === null || slug === null ? [] : [{ source, kind, slug }],
  );
  const items = distinct(named.filter(({ source }) => source !== 'use'));
  const known = new Set(items.map(keyOf));
  return {
    items,
    used: distinct(named).filter((item) => !known.has(keyOf(item))),
    place: placeAfter(
      place,
      rows.map(({ key, transaction_id: transactionId }) => ({ key, transactionId })),
      first.settled,
    ),
  };
}

const keyOf = ({ kind, slug }: Touched): string => `${kind}/${slug}`;
const distinct = (items: readonly Touched[]): Touched[] => [
  ...new Map(items.map(({ kind, slug }) => [keyOf({ kind, slug }), { kind, slug }])).values(),
];
