import { z } from 'zod';
import type { Tx } from '@loam/database';
import { NO_STREAM } from '@loam/event-store';
import { kindSchema, type Item } from '@loam/contracts/skill';

const outcomes = { invocations: z.int(), successes: z.int(), partials: z.int(), failures: z.int() };
const versionSchema = z.object({ version: z.string(), ...outcomes });

const itemSchema = z.object({
  ...{ kind: kindSchema, slug: z.string(), uses: z.number(), last_used_at: z.date().nullable() },
  /** Of each version that was invoked. */
  versions: z.array(versionSchema),
  /** What was told of it last. */
  told: z.object({ uses: z.number(), ...outcomes }).nullable(),
  regressions: z.array(z.object({ version: z.string(), than: z.string() })),
  /** Where its stream of use stands. */
  revision: z.int(),
});
export type ItemStats = z.output<typeof itemSchema>;

const OURS = (table: string): string =>
  `${table}.tenant_id = current_setting('loam.tenant')::uuid AND ${table}.kind = i.kind AND ${table}.slug = i.slug`;

const STATS = `
  SELECT i.kind, i.slug, t.uses::float8 AS uses, nullif(t.last_used_at, '-infinity') AS last_used_at,
    coalesce(v.versions, '[]') AS versions, to_jsonb(k) AS told, coalesce(r.regressions, '[]') AS regressions,
    coalesce(s.revision, ${NO_STREAM}) AS revision
  FROM unnest($1::text[], $2::text[]) AS i (kind, slug)
    JOIN usage_totals t ON ${OURS('t')}
    LEFT JOIN told_stats k ON ${OURS('k')} LEFT JOIN usage_streams s ON ${OURS('s')}
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(to_jsonb(counted)) AS versions FROM (
        SELECT version, sum(invocations) AS invocations, sum(successes) AS successes, sum(partials) AS partials,
          sum(failures) AS failures
        FROM usage_days d WHERE ${OURS('d')} AND invocations > 0 GROUP BY version
      ) AS counted
    ) AS v
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('version', version, 'than', than)) AS regressions
      FROM told_regressions g WHERE ${OURS('g')}
    ) AS r`;

/** How these items were used in all, each named once; those of which nothing counts are left out. */
export async function statsOf(tx: Tx, items: readonly Item[]): Promise<ItemStats[]> {
  const rows = await tx.query<unknown[]>(STATS, [
    items.map(({ kind }) => kind),
    items.map(({ slug }) => slug),
  ]);
  return itemSchema.array().parse(rows);
}
