import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import { bundleKey, STAGING } from '@loam/uploads';
import { removeBundle } from '../bundle-lock';

const BUNDLES = bundleKey('');

interface SweepParts {
  readonly blobs: BlobStore;
  readonly database: Database;
  /** What is younger may belong to a publish that is under way. */
  readonly olderThan: Date;
  readonly signal: AbortSignal;
}

/** Removes what a publish that died left behind: PUB-02. A published bundle is never touched. */
export async function sweepObjects(parts: SweepParts): Promise<{ readonly removed: number }> {
  const { blobs, olderThan, signal } = parts;
  let removed = 0;
  for (const prefix of [STAGING, BUNDLES])
    for await (const { key, modifiedAt } of blobs.list(prefix)) {
      signal.throwIfAborted();
      if (modifiedAt >= olderThan) continue;
      if (prefix === STAGING) await blobs.delete(key);
      else if (!(await removeBundle(parts, key.slice(BUNDLES.length), olderThan))) continue;
      removed += 1;
    }
  return { removed };
}
