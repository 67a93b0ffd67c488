import type { EventData } from '@loam/contracts/define';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { on, type Projection } from '@loam/event-store';
import { latestOf } from './latest';
import { SkillObserved, SkillRetired, SkillReturned, UsageObserved } from './vitals.stream';

interface LiveVersion {
  readonly version: string;
  readonly description: string;
  readonly published_at: Date;
}

/** Shows the item as its latest live version; one without any, or whose publication is still to come, is not live. */
async function showLatest(tx: Tx, tenant: string, { kind, slug }: Item, revision: number): Promise<void> {
  const live = await tx.query<LiveVersion[]>(
    `SELECT version, description, published_at FROM versions
     WHERE tenant_id = $1 AND kind = $2 AND slug = $3 AND published_at IS NOT NULL AND NOT retired`,
    [tenant, kind, slug],
  );
  const latest = latestOf(live);
  await tx.query(
    `INSERT INTO vitals (tenant_id, kind, slug, live, latest_version, description, created_at, revision)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (tenant_id, kind, slug) DO UPDATE
     SET live = $4, latest_version = $5, description = $6, created_at = $7, revision = $8`,
    [
      ...[tenant, kind, slug, latest !== undefined],
      ...[latest?.version ?? null, latest?.description ?? null, latest?.published_at ?? null, revision],
    ],
  );
}

async function retire(
  tx: Tx,
  tenant: string,
  { kind, slug, versions, asOf = -1 }: EventData<typeof SkillRetired>,
  retired: boolean,
  revision: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO versions (tenant_id, kind, slug, version, retired, retired_as_of)
     SELECT $1, $2, $3, version, $5, $6 FROM unnest($4::text[]) AS version
     ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE SET retired = $5, retired_as_of = $6`,
    [tenant, kind, slug, versions, retired, asOf],
  );
  await showLatest(tx, tenant, { kind, slug }, revision);
}

/** How alive each item is. */
export const vitals: Projection = {
  name: 'vitals',
  tables: ['vitals', 'versions', 'usage_days'],
  handlers: [
    on(SkillObserved, async (tx, { tenant, data, revision }) => {
      await tx.query(
        `INSERT INTO versions (tenant_id, kind, slug, version, description, published_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE SET description = $5, published_at = $6`,
        [tenant, data.kind, data.slug, data.version, data.description, data.publishedAt],
      );
      await showLatest(tx, tenant, data, revision);
    }),
    on(SkillRetired, (tx, { tenant, data, revision }) => retire(tx, tenant, data, true, revision)),
    on(SkillReturned, (tx, { tenant, data, revision }) => retire(tx, tenant, data, false, revision)),
    on(UsageObserved, async (tx, { tenant, data, revision }) => {
      // Totals come in, so what counts is the difference to what was counted of that day before.
      await tx.query(
        `WITH before AS (
           SELECT views + downloads AS uses FROM usage_days
           WHERE (tenant_id, kind, slug, version, day) = ($1, $2, $3, $4, $5)
         ), day AS (
           INSERT INTO usage_days (tenant_id, kind, slug, version, day, sequence, views, downloads)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (tenant_id, kind, slug, version, day) DO UPDATE SET sequence = $6, views = $7, downloads = $8
         )
         INSERT INTO vitals AS v (tenant_id, kind, slug, use_count, last_used_at, revision)
         VALUES ($1, $2, $3, $7::int + $8::int - coalesce((SELECT uses FROM before), 0), $9, $10)
         ON CONFLICT (tenant_id, kind, slug) DO UPDATE
         SET use_count = v.use_count + excluded.use_count,
           last_used_at = greatest(v.last_used_at, excluded.last_used_at), revision = excluded.revision`,
        [
          ...[tenant, data.kind, data.slug, data.version ?? '', data.day],
          ...[data.sequence, data.views, data.downloads, data.lastUsedAt, revision],
        ],
      );
    }),
  ],
};
