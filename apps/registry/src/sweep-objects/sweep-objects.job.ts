import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import { bundleKey, STAGING } from '@loam/uploads';

const BUNDLES = bundleKey('');

interface SweepParts {
  readonly blobs: BlobStore;
  readonly database: Database;
  /** What is younger may belong to a publish that is under way. */
  readonly olderThan: Date;
  readonly signal: AbortSignal;
}

/** Removes what a publish that died left behind: PUB-02. A published bundle is never touched. */
export async function sweepObjects({
  blobs,
  database,
  olderThan,
  signal,
}: SweepParts): Promise<{ readonly removed: number }> {
  let removed = 0;
  const isReferred = async (sha256: string): Promise<boolean> => {
    const rows = await database.system((tx) =>
      tx.query<unknown[]>('SELECT 1 FROM skill_versions WHERE sha256 = $1 LIMIT 1', [sha256]),
    );
    return rows.length > 0;
  };
  for (const prefix of [STAGING, BUNDLES])
    for await (const { key, modifiedAt } of blobs.list(prefix)) {
      signal.throwIfAborted();
      if (modifiedAt >= olderThan) continue;
      if (prefix === BUNDLES && (await isReferred(key.slice(BUNDLES.length)))) continue;
      await blobs.delete(key);
      removed += 1;
    }
  return { removed };
}
