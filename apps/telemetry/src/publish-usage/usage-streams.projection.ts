import { on, type Projection } from '@loam/event-store';
import { SkillUsed } from '@loam/contracts/telemetry';

/** Where each stream of use stands, so that a publication needs not read the whole stream. */
export const usageStreams: Projection = {
  name: 'usage-streams',
  tables: ['usage_streams'],
  handlers: [
    on(SkillUsed, async (tx, { tenant, revision, data }) => {
      await tx.query(
        `INSERT INTO usage_streams (tenant_id, kind, slug, revision) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET revision = $4`,
        [tenant, data.kind, data.slug, revision],
      );
    }),
  ],
};
