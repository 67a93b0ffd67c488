import type { Rebuild } from '@loam/event-store';

/**
 * What is derived from the facts: per quarter of an hour (which serves every time zone), per UTC day, and in all. The
 * same statements count a batch that has just been recorded and rebuild everything. They take the rows in the order
 * of their keys, so that batches that meet wait for one another and never each for the other.
 */
const quarters = (facts: string): string => `
  INSERT INTO usage_quarters AS kept (tenant_id, quarter, kind, slug, version, views, downloads)
  SELECT tenant_id, date_bin('15 minutes', at, '2000-01-01Z'), kind, slug, version, ${VIEWS}, ${DOWNLOADS}
  FROM ${facts} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (tenant_id, quarter, kind, slug, version) DO UPDATE
  SET views = kept.views + excluded.views, downloads = kept.downloads + excluded.downloads`;

const days = (facts: string): string => `
  INSERT INTO usage_days AS kept (tenant_id, day, kind, slug, version, views, downloads, last_used_at)
  SELECT tenant_id, (at AT TIME ZONE 'UTC')::date, kind, slug, version, ${VIEWS}, ${DOWNLOADS}, max(at)
  FROM ${facts} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (tenant_id, day, kind, slug, version) DO UPDATE
  SET views = kept.views + excluded.views, downloads = kept.downloads + excluded.downloads,
    last_used_at = greatest(kept.last_used_at, excluded.last_used_at)`;

const totals = (facts: string): string => `
  INSERT INTO usage_totals AS kept (tenant_id, kind, slug, uses, last_used_at)
  SELECT tenant_id, kind, slug, sum(times), max(at) FROM ${facts} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (tenant_id, kind, slug) DO UPDATE
  SET uses = kept.uses + excluded.uses, last_used_at = greatest(kept.last_used_at, excluded.last_used_at)`;

// Sums of int4 stay out of `numeric`, which is several times slower.
const VIEWS = "coalesce(sum(times) FILTER (WHERE event = 'view'), 0)::int";
const DOWNLOADS = "coalesce(sum(times) FILTER (WHERE event = 'download'), 0)::int";

export const rollups = { quarters, days, totals };

/** Makes the rollups again from all facts. */
export const rollupsFromFacts: Rebuild = {
  tables: ['usage_quarters', 'usage_days', 'usage_totals'],
  rebuild: async (tx, live, onProgress) => {
    const facts = `${live}.usage_facts`;
    const [row] = await tx.query<{ total: number }[]>(`SELECT count(*)::float8 AS total FROM ${facts}`);
    const total = row?.total ?? 0;
    onProgress(0, total);
    for (const count of Object.values(rollups)) await tx.query(count(facts));
    onProgress(total, total);
  },
};
