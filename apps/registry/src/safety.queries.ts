import { z } from 'zod';
import {
  findingSchema,
  scanSchema,
  type Finding,
  type Scan,
  type SkillVersion,
} from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';

const OF_ITEM = "v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = $1 AND v.slug = $2";

/**
 * What the version before this one could do: the newest publication before it that may be installed. Null where there
 * is none, or where it was never scanned. A version that is not published yet follows on all of them.
 */
export async function capabilitiesBefore(
  tx: Tx,
  { kind, slug, version }: Item & { readonly version: string },
): Promise<string[] | null> {
  const [before] = await tx.query<{ capabilities: string[] }[]>(
    `SELECT s.capabilities FROM skill_versions v JOIN scans s USING (tenant_id, kind, slug, version)
     WHERE ${OF_ITEM} AND v.version <> $3 AND v.verdict IN ('pass', 'review')
       AND v.published_at <= coalesce((SELECT w.published_at FROM skill_versions w
         WHERE w.tenant_id = v.tenant_id AND w.kind = v.kind AND w.slug = v.slug AND w.version = $3), 'infinity')
     ORDER BY v.published_at DESC LIMIT 1`,
    [kind, slug, version],
  );
  return before?.capabilities ?? null;
}

/** Whether an administrator blocked these bytes in the tenant. */
export async function isBlocked(tx: Tx, sha256: string): Promise<boolean> {
  const rows = await tx.query<unknown[]>(
    "SELECT FROM blocked_bundles WHERE tenant_id = current_setting('loam.tenant')::uuid AND sha256 = $1",
    [sha256],
  );
  return rows.length > 0;
}

const findingRows = z.array(z.object({ findings: z.array(findingSchema) }));

/** What was found in a version the last time. */
export async function findingsOf(
  tx: Tx,
  { kind, slug, version }: Pick<SkillVersion, 'kind' | 'slug' | 'version'>,
): Promise<Finding[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT v.findings FROM scans v WHERE ${OF_ITEM} AND v.version = $3`,
    [kind, slug, version],
  );
  return findingRows.parse(rows).flatMap(({ findings }) => findings);
}

/** What the last scan of a version came to. */
export async function recordedScan(
  tx: Tx,
  { kind, slug, version }: Item & { readonly version: string },
): Promise<Scan | undefined> {
  const rows = await tx.query<unknown[]>(
    `SELECT s.rule_set AS "ruleSet", s.verdict, v.blast_radius AS "blastRadius", s.findings,
       s.findings_total AS "findingsTotal", s.capabilities
     FROM scans s JOIN skill_versions v USING (tenant_id, kind, slug, version)
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2 AND version = $3`,
    [kind, slug, version],
  );
  return z.array(scanSchema).parse(rows)[0];
}

const metadataRows = z.array(
  z.object({ whenToUse: z.string().nullable(), tags: z.array(z.string()), changes: z.string().nullable() }),
);

/** What was said of a version beside its bundle, whatever its verdict; null where there is no such version. */
export async function metadataOf(tx: Tx, { kind, slug, version }: Item & { readonly version: string }) {
  const rows = await tx.query<unknown[]>(
    `SELECT v.when_to_use AS "whenToUse", v.tags, v.changes FROM skill_versions v
     WHERE ${OF_ITEM} AND v.version = $3`,
    [kind, slug, version],
  );
  return metadataRows.parse(rows)[0] ?? null;
}

const MOST_NAMED = 20;

/** Why the bytes of a version are not handed out: its verdict, and the rules that led to it. */
export async function heldBack(tx: Tx, skill: SkillVersion): Promise<Rejection<'version-held'>> {
  const { slug, version, verdict } = skill;
  const grave = (await findingsOf(tx, skill)).filter(({ severity }) => severity !== 'info');
  return {
    ...reject('version-held', `The safety gate holds ${slug} ${version} back: ${verdict}.`),
    errors: grave.slice(0, MOST_NAMED).map(({ rule, message, file, line }) => ({
      code: rule,
      detail: message,
      pointer: line === null ? file : `${file}:${String(line)}`,
    })),
  };
}
