import type { EventOf } from '@loam/contracts/envelope';
import { SkillArchived, SkillPublished } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { on, type Projection } from '@loam/event-store';
import { latestOf } from './latest';

async function insertVersion(
  tx: Tx,
  { tenant, actor, occurredAt, data }: EventOf<typeof SkillPublished>,
): Promise<void> {
  await tx.query(
    `INSERT INTO skill_versions (tenant_id, kind, slug, version, status, description, when_to_use, tags, sha256, bytes,
       fingerprint, requires, published_at, published_by)
     VALUES ($1, $2, $3, $4, 'published', $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ...[
        tenant,
        data.kind,
        data.slug,
        data.version,
        data.description,
        data.whenToUse,
        data.tags,
        data.sha256,
      ],
      ...[data.bytes, data.fingerprint, JSON.stringify(data.requires), occurredAt, actor.id],
    ],
  );
}

async function insertDependencies(tx: Tx, { tenant, data }: EventOf<typeof SkillPublished>): Promise<void> {
  if (data.requires.length === 0) return;
  await tx.query(
    `INSERT INTO dependencies (tenant_id, kind, slug, version, requires_slug, range)
     SELECT $1, $2, $3, $4, r.slug, r.range FROM jsonb_to_recordset($5::jsonb) AS r(slug text, range text)
     ON CONFLICT DO NOTHING`,
    [tenant, data.kind, data.slug, data.version, JSON.stringify(data.requires)],
  );
}

/** Shows the latest live version, or the latest of all once none is live. */
async function showLatest(tx: Tx, tenant: string, { kind, slug }: Item): Promise<void> {
  const versions = await tx.query<{ version: string; status: string }[]>(
    'SELECT version, status FROM skill_versions WHERE tenant_id = $1 AND kind = $2 AND slug = $3',
    [tenant, kind, slug],
  );
  const live = versions.filter(({ status }) => status === 'published').map(({ version }) => version);
  const latest = latestOf(live.length > 0 ? live : versions.map(({ version }) => version));
  await tx.query(
    `INSERT INTO skills (tenant_id, kind, slug, version, status) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET version = $4, status = $5`,
    [tenant, kind, slug, latest, live.length > 0 ? 'published' : 'archived'],
  );
}

/** The catalog: right at once, because it changes in the transaction of the event. */
export const catalog: Projection = {
  name: 'catalog',
  tables: ['skill_versions', 'skills', 'dependencies'],
  handlers: [
    on(SkillPublished, async (tx, event) => {
      await insertVersion(tx, event);
      await insertDependencies(tx, event);
      await showLatest(tx, event.tenant, event.data);
    }),
    on(SkillArchived, async (tx, { tenant, data }) => {
      await tx.query(
        `UPDATE skill_versions SET status = 'archived'
         WHERE tenant_id = $1 AND kind = $2 AND slug = $3 AND version = ANY ($4)`,
        [tenant, data.kind, data.slug, data.versions],
      );
      await showLatest(tx, tenant, data);
    }),
  ],
};
