import { skillVersionSchema, type SkillVersion } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';

/** The columns of a version as the contract names them; `v` is skill_versions. */
export const VERSION = `v.kind, v.slug, v.version, v.status, v.description, v.when_to_use AS "whenToUse", v.tags,
  v.sha256, v.bytes, v.fingerprint, v.requires, v.published_by AS "publishedBy",
  to_char(v.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt"`;

const OF_ITEM = "v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = $1 AND v.slug = $2";

/** One version of an item, whatever its status. */
export async function findVersion(tx: Tx, item: Item, version: string): Promise<SkillVersion | undefined> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION} FROM skill_versions v WHERE ${OF_ITEM} AND v.version = $3`,
    [item.kind, item.slug, version],
  );
  return skillVersionSchema.optional().parse(rows[0]);
}

/** The version that the catalog shows of an item, if it is live. */
export async function findLatest(tx: Tx, item: Item): Promise<SkillVersion | undefined> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION} FROM skill_versions v JOIN skills s USING (tenant_id, kind, slug, version)
     WHERE ${OF_ITEM} AND s.status = 'published'`,
    [item.kind, item.slug],
  );
  return skillVersionSchema.optional().parse(rows[0]);
}

/** The versions of an item, newest publication first. */
export async function findVersions(tx: Tx, item: Item, limit: number): Promise<SkillVersion[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION} FROM skill_versions v WHERE ${OF_ITEM} ORDER BY v.published_at DESC, v.version DESC LIMIT $3`,
    [item.kind, item.slug, limit],
  );
  return skillVersionSchema.array().parse(rows);
}
