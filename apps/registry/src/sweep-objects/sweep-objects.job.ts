import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import { bundleKey, planKey, STAGING, TRANSFERS } from '@loam/uploads';
import { removeBundle } from '../bundle-lock';
import { removePlanText } from '../plan-texts';

const BUNDLES = bundleKey('');
const PLANS = planKey('');

interface SweepParts {
  readonly blobs: BlobStore;
  readonly database: Database;
  /** What is younger may belong to a publish that is under way. */
  readonly olderThan: Date;
  /** Archives of tenants that were written before this have expired. */
  readonly archivesOlderThan: Date;
  readonly signal: AbortSignal;
}

/** Removes an object that is old enough, unless something refers to it. @returns whether it was removed */
async function sweep(parts: SweepParts, prefix: string, key: string): Promise<boolean> {
  const digest = key.slice(prefix.length);
  if (prefix === BUNDLES) return removeBundle(parts, digest, parts.olderThan);
  if (prefix === PLANS) return removePlanText(parts, digest, parts.olderThan);
  await parts.blobs.delete(key);
  return true;
}

/**
 * Removes what a publish that died left behind: PUB-02. A published bundle is never touched, nor is the text of a plan
 * that some project has.
 */
export async function sweepObjects(parts: SweepParts): Promise<{ readonly removed: number }> {
  const { blobs, olderThan, archivesOlderThan, signal } = parts;
  let removed = 0;
  for (const prefix of [STAGING, BUNDLES, PLANS, TRANSFERS])
    for await (const { key, modifiedAt } of blobs.list(prefix)) {
      signal.throwIfAborted();
      if (modifiedAt >= (prefix === TRANSFERS ? archivesOlderThan : olderThan)) continue;
      if (await sweep(parts, prefix, key)) removed += 1;
    }
  return { removed };
}
