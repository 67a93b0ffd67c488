import { z } from 'zod';
import type { EventOf } from '@loam/contracts/envelope';
import {
  BundleBlocked,
  BundleUnblocked,
  ChannelMoved,
  SkillArchived,
  SkillErased,
  SkillPublished,
  SkillReviewed,
  SkillScanned,
  SkillUnarchived,
  SkillUnyanked,
  SkillYanked,
} from '@loam/contracts/registry';
import { SkillRenamed } from '@loam/contracts/names';
import { skillStatusSchema, verdictSchema, type Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { on, type Projection } from '@loam/event-store';
import { highestOf, latestOf, newerThan } from './select-version.rules';

async function insertVersion(
  tx: Tx,
  { tenant, actor, occurredAt, data }: EventOf<typeof SkillPublished>,
): Promise<void> {
  await tx.query(
    `INSERT INTO skill_versions (tenant_id, kind, slug, version, description, when_to_use, tags, sha256, bytes,
       fingerprint, requires, published_at, published_by, changes, digest_blocked)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
       EXISTS (SELECT FROM blocked_bundles b WHERE b.tenant_id = $1 AND b.sha256 = $8))`,
    [
      ...[tenant, data.kind, data.slug, data.version, data.description, data.whenToUse, data.tags],
      ...[data.sha256, data.bytes, data.fingerprint, JSON.stringify(data.requires), occurredAt, actor.id],
      data.changes ?? null,
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

const candidateRows = z.array(
  z.object({
    ...{ version: z.string(), status: skillStatusSchema, verdict: verdictSchema },
    pinned: z.string().nullable(),
  }),
);

/** What the catalog shows of an item: its latest live version, or the highest of all once none is live. */
async function showLatest(tx: Tx, tenant: string, { kind, slug }: Item): Promise<void> {
  const candidates = candidateRows.parse(
    await tx.query(
      `SELECT v.version, v.status, v.verdict, c.version AS pinned FROM skill_versions v
       LEFT JOIN channels c ON c.tenant_id = $1 AND c.kind = $2 AND c.slug = $3 AND c.channel = 'latest'
       WHERE v.tenant_id = $1 AND v.kind = $2 AND v.slug = $3`,
      [tenant, kind, slug],
    ),
  );
  const pinned = candidates[0]?.pinned ?? null;
  const latest = latestOf(candidates, new Map(pinned === null ? [] : [['latest', pinned]]));
  const left = candidates.filter(({ status }) => status !== 'erased');
  const shown = latest ?? highestOf((left.length > 0 ? left : candidates).map(({ version }) => version));
  const status = candidates.find(({ version }) => version === shown)?.status ?? 'erased';
  const newer = latest === undefined ? null : newerThan(latest, candidates);
  await tx.query(
    `INSERT INTO skills (tenant_id, kind, slug, version, status, newer_version, newer_status)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (tenant_id, kind, slug)
     DO UPDATE SET version = $4, status = $5, newer_version = $6, newer_status = $7`,
    [
      ...[tenant, kind, slug, shown],
      // An item whose only versions are held is not published, whatever they are themselves.
      latest === undefined && status === 'published' ? 'held' : status,
      ...[newer?.version ?? null, newer?.status ?? null],
    ],
  );
}

const OF_VERSIONS = 'tenant_id = $1 AND kind = $2 AND slug = $3 AND version = ANY ($4)';

/** Sets columns of some versions of an item, and what the catalog shows of it in consequence. */
async function update(
  tx: Tx,
  tenant: string,
  { kind, slug, versions }: Item & { readonly versions: readonly string[] },
  set: string,
  ...values: unknown[]
): Promise<void> {
  const where = [tenant, kind, slug, versions];
  await tx.query(`UPDATE skill_versions SET ${set} WHERE ${OF_VERSIONS}`, [...where, ...values]);
  await showLatest(tx, tenant, { kind, slug });
}

async function keepScan(tx: Tx, { tenant, occurredAt, data }: EventOf<typeof SkillScanned>): Promise<void> {
  const kept = tx.query(
    `WITH scanned AS (
       UPDATE skill_versions SET scanned = $6, blast_radius = $11
       WHERE tenant_id = $1 AND kind = $2 AND slug = $3 AND version = $4)
     INSERT INTO scans (tenant_id, kind, slug, version, rule_set, verdict, findings, findings_total, capabilities,
       scanned_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE SET rule_set = $5, verdict = $6, findings = $7,
       findings_total = $8, capabilities = $9, scanned_at = $10`,
    [
      ...[tenant, data.kind, data.slug, data.version, data.ruleSet, data.verdict],
      ...[JSON.stringify(data.findings), data.findingsTotal, data.capabilities, occurredAt, data.blastRadius],
    ],
  );
  await Promise.all([kept, showLatest(tx, tenant, data)]);
}

/** What the versions told of themselves goes with their bytes; that they were, and are no more, stays. */
async function erase(tx: Tx, tenant: string, { kind, slug, versions }: EventOf<typeof SkillErased>['data']) {
  const erased = { kind, slug, versions: versions.map(({ version }) => version) };
  const where = [tenant, kind, slug, erased.versions];
  for (const table of ['dependencies', 'scans'])
    await tx.query(`DELETE FROM ${table} WHERE ${OF_VERSIONS}`, where);
  await update(
    ...[tx, tenant, erased],
    `erased = true, description = '', when_to_use = NULL, tags = '{}', requires = '[]', changes = NULL`,
  );
}

async function moveChannel(
  tx: Tx,
  { id, tenant, actor, occurredAt, data }: EventOf<typeof ChannelMoved>,
): Promise<void> {
  const { kind, slug, channel, version } = data;
  await tx.query(
    `INSERT INTO channels (tenant_id, kind, slug, channel, version) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant_id, kind, slug, channel) DO UPDATE SET version = $5`,
    [tenant, kind, slug, channel, version],
  );
  await tx.query(
    `INSERT INTO channel_moves (tenant_id, event_id, kind, slug, channel, version, moved_at, moved_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenant, id, kind, slug, channel, version, occurredAt, actor.id],
  );
  if (channel === 'latest') await showLatest(tx, tenant, data);
}

/** Every version that holds these bytes follows the kill switch. */
async function switchDigest(tx: Tx, tenant: string, sha256: string, blocked: boolean): Promise<void> {
  const items = await tx.query<Item[]>(
    'SELECT DISTINCT kind, slug FROM skill_versions WHERE tenant_id = $1 AND sha256 = $2 ORDER BY kind, slug',
    [tenant, sha256],
  );
  await tx.query('UPDATE skill_versions SET digest_blocked = $3 WHERE tenant_id = $1 AND sha256 = $2', [
    ...[tenant, sha256, blocked],
  ]);
  for (const item of items) await showLatest(tx, tenant, item);
}

/** Everything goes on under the new name; older names lead to the newest. */
async function rename(tx: Tx, { tenant, occurredAt, data }: EventOf<typeof SkillRenamed>): Promise<void> {
  const { kind, slug, to } = data;
  for (const table of ['skill_versions', 'scans', 'dependencies', 'channels', 'channel_moves', 'skills'])
    await tx.query(`UPDATE ${table} SET slug = $4 WHERE tenant_id = $1 AND kind = $2 AND slug = $3`, [
      ...[tenant, kind, slug, to],
    ]);
  await tx.query(
    'UPDATE aliases SET renamed_to = $4 WHERE tenant_id = $1 AND kind = $2 AND renamed_to = $3',
    [...[tenant, kind, slug, to]],
  );
  await tx.query(
    'INSERT INTO aliases (tenant_id, kind, slug, renamed_to, renamed_at) VALUES ($1, $2, $3, $4, $5)',
    [tenant, kind, slug, to, occurredAt],
  );
}

/** The catalog: right at once, because it changes in the transaction of the event. */
export const catalog: Projection = {
  name: 'catalog',
  tables: [
    ...['skill_versions', 'skills', 'dependencies'],
    ...['channels', 'channel_moves', 'scans', 'blocked_bundles', 'aliases'],
  ],
  handlers: [
    on(SkillPublished, async (tx, event) => {
      // Sent at once, and done in this order. Where a verdict follows, that shows the item.
      await Promise.all([
        insertVersion(tx, event),
        insertDependencies(tx, event),
        ...(event.data.judged === true ? [] : [showLatest(tx, event.tenant, event.data)]),
      ]);
    }),
    on(SkillScanned, keepScan),
    on(SkillReviewed, (tx, { tenant, data }) =>
      update(tx, tenant, { ...data, versions: [data.version] }, 'reviewed = $5', data.decision),
    ),
    on(SkillArchived, (tx, { tenant, data }) => update(tx, tenant, data, 'archived = true')),
    on(SkillUnarchived, (tx, { tenant, data }) => update(tx, tenant, data, 'archived = false')),
    on(SkillYanked, (tx, { tenant, data }) =>
      update(tx, tenant, { ...data, versions: [data.version] }, 'yank_reason = $5', data.reason),
    ),
    on(SkillUnyanked, (tx, { tenant, data }) =>
      update(tx, tenant, { ...data, versions: [data.version] }, 'yank_reason = NULL'),
    ),
    on(SkillErased, (tx, { tenant, data }) => erase(tx, tenant, data)),
    on(ChannelMoved, moveChannel),
    on(SkillRenamed, rename),
    on(BundleBlocked, async (tx, { tenant, occurredAt, data }) => {
      await tx.query(
        `INSERT INTO blocked_bundles (tenant_id, sha256, reason, blocked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, sha256) DO UPDATE SET reason = $3, blocked_at = $4`,
        [tenant, data.sha256, data.reason, occurredAt],
      );
      await switchDigest(tx, tenant, data.sha256, true);
    }),
    on(BundleUnblocked, async (tx, { tenant, data }) => {
      await tx.query('DELETE FROM blocked_bundles WHERE tenant_id = $1 AND sha256 = $2', [
        tenant,
        data.sha256,
      ]);
      await switchDigest(tx, tenant, data.sha256, false);
    }),
  ],
};
