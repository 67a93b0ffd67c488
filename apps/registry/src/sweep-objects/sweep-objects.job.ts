import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import { bundleKey, STAGING } from '@loam/uploads';
import { lockBundle } from '../bundle-lock';

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
      else if (!(await removeUnwanted(parts, key.slice(BUNDLES.length)))) continue;
      removed += 1;
    }
  return { removed };
}

/** Looks again under the digest's lock: a publish may have stored the same bytes anew since they were listed. */
function removeUnwanted({ blobs, database, olderThan }: SweepParts, sha256: string): Promise<boolean> {
  return database.system(async (tx) => {
    await lockBundle(tx, sha256);
    const wanted = await tx.query<unknown[]>('SELECT 1 FROM skill_versions WHERE sha256 = $1 LIMIT 1', [
      sha256,
    ]);
    const found = await blobs.head(bundleKey(sha256));
    if (wanted.length > 0 || found === undefined || found.modifiedAt >= olderThan) return false;
    await blobs.delete(bundleKey(sha256));
    return true;
  });
}
