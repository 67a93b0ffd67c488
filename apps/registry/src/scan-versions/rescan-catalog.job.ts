import { z } from 'zod';
import { itemSchema, sha256Schema, versionSchema } from '@loam/contracts/skill';
import { contextOf } from './scan-version.job';
import { tryScan, type RescanParts } from './try-scan';

interface Run {
  readonly correlationId: string;
  readonly signal: AbortSignal;
}

const PAGE = 200;
const row = itemSchema.extend({ version: versionSchema, sha256: sha256Schema, tenant: z.uuid() });
type Row = z.output<typeof row>;

/** Versions that other rules judged, or none, by their key; an erased version has no bytes to judge. */
const PAGE_AFTER = `
  SELECT v.tenant_id AS tenant, v.kind, v.slug, v.version, v.sha256 FROM skill_versions v
  LEFT JOIN scans s USING (tenant_id, kind, slug, version)
  WHERE NOT v.erased AND s.rule_set IS DISTINCT FROM $1
    AND ($2::uuid IS NULL OR (v.tenant_id, v.kind, v.slug, v.version) > ($2, $3, $4, $5))
  ORDER BY v.tenant_id, v.kind, v.slug, v.version LIMIT ${String(PAGE)}`;

/**
 * Judges every version of every tenant anew that was not judged by these rules, a page at a time. What cannot be
 * scanned is owed as a job of its own, and does not keep the others waiting. Interrupted, it goes on where it was,
 * since what is done needs doing no more.
 */
export async function rescanCatalog(
  parts: RescanParts,
  { correlationId, signal }: Run,
): Promise<{ scanned: number }> {
  const { scanner, log } = parts;
  const ruleSet = await scanner.ruleSet();
  let scanned = 0;
  for (let after: Row | undefined; ;) {
    const page: Row[] = await pageAfter(parts, ruleSet, after);
    for (const item of page) {
      signal.throwIfAborted();
      if (await tryScan(parts, item, ruleSet, contextOf(item.tenant, correlationId))) scanned += 1;
    }
    after = page.at(-1);
    if (after === undefined) return { scanned };
    log.info({ scanned, ruleSet }, 'scanned versions by new rules');
  }
}

async function pageAfter({ store }: RescanParts, ruleSet: string, after: Row | undefined): Promise<Row[]> {
  const key = [after?.tenant ?? null, after?.kind, after?.slug, after?.version];
  const rows = await store.database.system((tx) => tx.query<unknown[]>(PAGE_AFTER, [ruleSet, ...key]));
  return z.array(row).parse(rows);
}
