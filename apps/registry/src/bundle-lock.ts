import type { BlobStore } from '@loam/blobs';
import type { Database, Tx } from '@loam/database';
import { bundleKey } from '@loam/uploads';

/** Holds a bundle's digest until the transaction ends, against whoever stores or removes the same bytes. */
export async function lockBundle(tx: Tx, sha256: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`bundle ${sha256}`]);
}

interface Stores {
  readonly database: Database;
  readonly blobs: BlobStore;
}

/**
 * Removes a bundle that no version of any tenant holds any more, under its lock: a publish may have stored the same
 * bytes anew meanwhile.
 * @param olderThan what is younger may belong to a publish that is under way
 * @returns whether it was removed
 */
export function removeBundle(
  { database, blobs }: Stores,
  sha256: string,
  olderThan?: Date,
): Promise<boolean> {
  return database.system(async (tx) => {
    await lockBundle(tx, sha256);
    const wanted = await tx.query<unknown[]>(
      'SELECT 1 FROM skill_versions WHERE sha256 = $1 AND NOT erased LIMIT 1',
      [sha256],
    );
    const found = await blobs.head(bundleKey(sha256));
    if (wanted.length > 0 || found === undefined) return false;
    if (olderThan !== undefined && found.modifiedAt >= olderThan) return false;
    await blobs.delete(bundleKey(sha256));
    return true;
  });
}
