import type { EventOf } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import { on, onRun, type Projection } from '@loam/event-store';
import type { Item } from '@loam/contracts/skill';
import { RegressionCleared, RegressionDetected, SkillStats, SkillUsed } from '@loam/contracts/telemetry';

const NOTE_REVISIONS = `
  INSERT INTO usage_streams (tenant_id, kind, slug, revision)
  SELECT $1, kind, slug, max(revision) FROM unnest($2::text[], $3::text[], $4::int[]) AS told (kind, slug, revision)
  GROUP BY kind, slug ORDER BY kind, slug
  ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET revision = excluded.revision`;

interface Told {
  readonly revision: number;
  readonly data: Item;
}

const noteRevisions = async (tx: Tx, tenant: string, told: readonly Told[]): Promise<void> => {
  await tx.query(NOTE_REVISIONS, [
    ...[tenant, told.map(({ data }) => data.kind), told.map(({ data }) => data.slug)],
    told.map(({ revision }) => revision),
  ]);
};

const KEEP_STATS = `
  INSERT INTO told_stats (tenant_id, kind, slug, uses, invocations, successes, partials, failures)
  SELECT DISTINCT ON (kind, slug) $1::uuid, kind, slug, uses, invocations, successes, partials, failures
  FROM jsonb_to_recordset($2::jsonb) AS told (kind text, slug text, sequence int, uses bigint, invocations int,
    successes int, partials int, failures int)
  ORDER BY kind, slug, sequence DESC
  ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET uses = excluded.uses, invocations = excluded.invocations,
    successes = excluded.successes, partials = excluded.partials, failures = excluded.failures`;

async function keepStats(tx: Tx, tenant: string, told: readonly EventOf<typeof SkillStats>[]): Promise<void> {
  await noteRevisions(tx, tenant, told);
  await tx.query(KEEP_STATS, [tenant, JSON.stringify(told.map(({ data }) => data))]);
}

/** Where each stream of use stands and what was told in it, so that a publication needs not read the whole stream. */
export const usageStreams: Projection = {
  name: 'usage-streams',
  tables: ['usage_streams', 'told_stats', 'told_regressions'],
  handlers: [
    onRun(SkillUsed, noteRevisions),
    onRun(SkillStats, keepStats),
    on(RegressionDetected, async (tx, event) => {
      const { tenant, data } = event;
      await noteRevisions(tx, tenant, [event]);
      await tx.query(
        'INSERT INTO told_regressions (tenant_id, kind, slug, version, than) VALUES ($1, $2, $3, $4, $5)',
        [tenant, data.kind, data.slug, data.version, data.than],
      );
    }),
    on(RegressionCleared, async (tx, event) => {
      const { tenant, data } = event;
      await noteRevisions(tx, tenant, [event]);
      await tx.query(
        `DELETE FROM told_regressions
         WHERE tenant_id = $1 AND kind = $2 AND slug = $3 AND version = $4 AND than = $5`,
        [tenant, data.kind, data.slug, data.version, data.than],
      );
    }),
  ],
};
