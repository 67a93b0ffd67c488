import { createHash } from 'node:crypto';
import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import { planKey, readStored } from '@loam/uploads';

interface Stores {
  readonly database: Database;
  readonly blobs: BlobStore;
}

/** The text of a plan at rest, under the digest of its UTF-8 bytes. */
export interface PlanText {
  readonly sha256: string;
  readonly bytes: number;
}

/** Holds a text's digest until the transaction ends, against whoever stores or removes the same text. */
const LOCK = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

/** Stores a text under its digest, before the event that names it. */
export async function keepPlanText(stores: Stores, text: string): Promise<PlanText> {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await storePlanText(stores, sha256, bytes);
  return { sha256, bytes: bytes.length };
}

/** Stores a text that has this digest. */
export function storePlanText({ database, blobs }: Stores, sha256: string, bytes: Buffer): Promise<void> {
  return database.tenantless(async (tx) => {
    await tx.query(LOCK, [`plan ${sha256}`]);
    await blobs.put(planKey(sha256), bytes);
  });
}

export const readPlanText = async (blobs: BlobStore, { sha256 }: Pick<PlanText, 'sha256'>): Promise<string> =>
  (await readStored(blobs, planKey(sha256), sha256)).toString('utf8');

/**
 * Removes a text that no plan of any tenant has any more, under its lock.
 * @param olderThan what is younger may belong to an import that is under way
 * @returns whether it was removed
 */
export function removePlanText(
  { database, blobs }: Stores,
  sha256: string,
  olderThan: Date,
): Promise<boolean> {
  return database.system(async (tx) => {
    await tx.query(LOCK, [`plan ${sha256}`]);
    const wanted = await tx.query<unknown[]>('SELECT 1 FROM project_plans WHERE sha256 = $1 LIMIT 1', [
      sha256,
    ]);
    const found = await blobs.head(planKey(sha256));
    if (wanted.length > 0 || found === undefined || found.modifiedAt >= olderThan) return false;
    await blobs.delete(planKey(sha256));
    return true;
  });
}
