import type { Tx } from '@loam/database';
import { on, type Projection } from '@loam/event-store';
import type { Item } from '@loam/contracts/skill';
import { RegressionCleared, RegressionDetected, SkillStats, SkillUsed } from '@loam/contracts/telemetry';

const noteRevision = async (
  tx: Tx,
  tenant: string,
  { kind, slug }: Item,
  revision: number,
): Promise<void> => {
  await tx.query(
    `INSERT INTO usage_streams (tenant_id, kind, slug, revision) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET revision = $4`,
    [tenant, kind, slug, revision],
  );
};

/** Where each stream of use stands and what was told in it, so that a publication needs not read the whole stream. */
export const usageStreams: Projection = {
  name: 'usage-streams',
  tables: ['usage_streams', 'told_stats', 'told_regressions'],
  handlers: [
    on(SkillUsed, (tx, { tenant, revision, data }) => noteRevision(tx, tenant, data, revision)),
    on(SkillStats, async (tx, { tenant, revision, data }) => {
      await noteRevision(tx, tenant, data, revision);
      const { kind, slug, uses, invocations, successes, partials, failures } = data;
      await tx.query(
        `INSERT INTO told_stats (tenant_id, kind, slug, uses, invocations, successes, partials, failures)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET uses = excluded.uses, invocations = excluded.invocations,
           successes = excluded.successes, partials = excluded.partials, failures = excluded.failures`,
        [tenant, kind, slug, uses, invocations, successes, partials, failures],
      );
    }),
    on(RegressionDetected, async (tx, { tenant, revision, data }) => {
      await noteRevision(tx, tenant, data, revision);
      await tx.query(
        'INSERT INTO told_regressions (tenant_id, kind, slug, version, than) VALUES ($1, $2, $3, $4, $5)',
        [tenant, data.kind, data.slug, data.version, data.than],
      );
    }),
    on(RegressionCleared, async (tx, { tenant, revision, data }) => {
      await noteRevision(tx, tenant, data, revision);
      await tx.query(
        `DELETE FROM told_regressions
         WHERE tenant_id = $1 AND kind = $2 AND slug = $3 AND version = $4 AND than = $5`,
        [tenant, data.kind, data.slug, data.version, data.than],
      );
    }),
  ],
};
