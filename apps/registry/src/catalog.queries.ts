import { z } from 'zod';
import { skillVersionSchema, type SkillVersion } from '@loam/contracts/registry';
import {
  newerSchema,
  skillStatusSchema,
  verdictSchema,
  versionSchema,
  type Item,
} from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { selectVersion, type Candidate, type Channels } from './select-version.rules';

/** Whether what the publisher wrote of a version may be read: while the gate holds it back it could mislead an agent. */
export const TOLD = "v.verdict IN ('pass', 'review')";
const WITHHELD = 'Held back by the safety gate.';

/** The columns of a version as the contract names them, its texts withheld where it is; `v` is skill_versions. */
export const VERSION = `v.kind, v.slug, v.version, v.status, v.verdict, v.blast_radius AS "blastRadius",
  CASE WHEN ${TOLD} OR v.erased THEN v.description ELSE '${WITHHELD}' END AS description,
  CASE WHEN ${TOLD} THEN v.when_to_use END AS "whenToUse",
  CASE WHEN ${TOLD} THEN v.tags ELSE '{}' END AS tags, v.sha256, v.bytes, v.fingerprint, v.requires, v.published_by AS "publishedBy",
  CASE WHEN ${TOLD} THEN v.changes END AS changes, v.yank_reason AS "yankReason",
  to_char(v.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt"`;

/** Why the item is a decay candidate, or null; `v` is as above. */
export const DECAY = `(SELECT jsonb_build_object('rules', n.rules,
    'since', to_char(n.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM decay_notes n WHERE n.tenant_id = v.tenant_id AND n.kind = v.kind AND n.slug = v.slug AND n.rules <> '{}') AS decay`;

const OF_ITEM = "v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = $1 AND v.slug = $2";

/** What is newer than the version that an item shows, and why it is not shown; the alias is that of skills. */
export const newerOf = (alias: string): string => `CASE WHEN ${alias}.newer_version IS NOT NULL
  THEN jsonb_build_object('version', ${alias}.newer_version, 'status', ${alias}.newer_status) END AS newer`;

/** What a row of {@link VERSION} says; what is newer than it is known where it is shown as the latest. */
const versionRow = skillVersionSchema.extend({ newer: newerSchema.nullable().default(null) });

/** One version of an item, whatever its status. */
export async function findVersion(tx: Tx, item: Item, version: string): Promise<SkillVersion | undefined> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION} FROM skill_versions v WHERE ${OF_ITEM} AND v.version = $3`,
    [item.kind, item.slug, version],
  );
  return versionRow.optional().parse(rows[0]);
}

/** The version that the catalog shows of an item, live or not. */
async function findShown(tx: Tx, item: Item): Promise<{ live: boolean; skill: SkillVersion } | undefined> {
  const rows = await tx.query<{ live: boolean }[]>(
    `SELECT ${VERSION}, s.status = 'published' AS live, ${newerOf('s')}
     FROM skill_versions v JOIN skills s USING (tenant_id, kind, slug, version) WHERE ${OF_ITEM}`,
    [item.kind, item.slug],
  );
  return rows[0] && { live: rows[0].live, skill: versionRow.parse(rows[0]) };
}

/** The versions of the tenant that hold these bytes, newest publication first. */
export async function findByDigest(tx: Tx, sha256: string): Promise<SkillVersion[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION} FROM skill_versions v
     WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.sha256 = $1
     ORDER BY v.published_at DESC, v.kind, v.slug, v.version LIMIT 100`,
    [sha256],
  );
  return versionRow.array().parse(rows);
}

/**
 * The digest of the stored bundle that has this digest, or whose files have it as their fingerprint, or that was made of
 * an upload which had it.
 */
export async function storedDigest(tx: Tx, sha256: string): Promise<string | undefined> {
  const [row] = await tx.query<{ sha256: string }[]>(
    `SELECT v.sha256 FROM skill_versions v WHERE v.tenant_id = current_setting('loam.tenant')::uuid
       AND (v.sha256 = $1 OR v.fingerprint = 'sha256:' || $1
         OR v.sha256 IN (SELECT e.data->>'sha256' FROM events e WHERE e.tenant_id = current_setting('loam.tenant')::uuid
           AND e.type = 'registry.skill-published' AND e.data->>'uploadSha256' = $1))
     ORDER BY v.sha256 = $1 DESC LIMIT 1`,
    [sha256],
  );
  return row?.sha256;
}

/** The versions of an item, newest publication first. */
export async function findVersions(tx: Tx, item: Item, limit: number): Promise<SkillVersion[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION} FROM skill_versions v WHERE ${OF_ITEM} ORDER BY v.published_at DESC, v.version DESC LIMIT $3`,
    [item.kind, item.slug, limit],
  );
  return versionRow.array().parse(rows);
}

const candidateRows = z.array(
  z.object({ version: z.string(), status: skillStatusSchema, verdict: verdictSchema }),
);

/** Every version of an item as one chooses among them, with its channels. */
async function findCandidates(
  tx: Tx,
  item: Item,
): Promise<{ readonly candidates: readonly Candidate[]; readonly channels: Channels }> {
  const versions = await tx.query<unknown[]>(
    `SELECT v.version, v.status, v.verdict FROM skill_versions v WHERE ${OF_ITEM}`,
    [item.kind, item.slug],
  );
  const channels = await tx.query<{ channel: string; version: string }[]>(
    `SELECT v.channel, v.version FROM channels v WHERE ${OF_ITEM} AND v.version IS NOT NULL`,
    [item.kind, item.slug],
  );
  return {
    candidates: candidateRows.parse(versions),
    channels: new Map(channels.map(({ channel, version }) => [channel, version])),
  };
}

type Missing = Rejection<'skill-not-found' | 'version-not-found' | 'version-erased'>;

/** The version that a selector means, in full; see selectVersion for what a selector is. */
export async function findSelected(
  tx: Tx,
  item: Item,
  selector: string | null,
): Promise<SkillVersion | Missing> {
  const { kind, slug } = item;
  if (selector === null) {
    const shown = await findShown(tx, item);
    if (shown?.live === true) return shown.skill;
    return shown?.skill.status === 'erased'
      ? reject('version-erased', `${slug} was erased.`)
      : reject('skill-not-found', `There is no ${kind} called ${slug}.`);
  }
  if (versionSchema.safeParse(selector).success) {
    const exact = await findVersion(tx, item, selector);
    if (exact === undefined)
      return reject('version-not-found', `There is no version ${selector} of ${slug}.`);
    return exact.status === 'erased' ? reject('version-erased', `${slug} ${selector} was erased.`) : exact;
  }
  const { candidates, channels } = await findCandidates(tx, item);
  if (candidates.length === 0) return reject('skill-not-found', `There is no ${kind} called ${slug}.`);
  const selected = selectVersion(selector, candidates, channels);
  if ('rejected' in selected)
    return reject('version-not-found', `No version of ${slug} answers to ${selector}.`);
  const found = await findVersion(tx, item, selected.version);
  if (found === undefined) throw new Error('a version that was there is not');
  return { ...found, newer: selected.newer };
}
