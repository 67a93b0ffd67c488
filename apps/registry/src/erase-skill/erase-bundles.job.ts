import type { BlobStore } from '@loam/blobs';
import type { Item } from '@loam/contracts/skill';
import type { Database } from '@loam/database';
import { removeBundle } from '../bundle-lock';

interface Parts {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly tenant: string;
}

/** Destroys the bytes of the erased versions of an item, but for those that a version elsewhere still holds. */
export async function eraseBundles({ database, blobs, tenant }: Parts, { kind, slug }: Item): Promise<void> {
  const erased = await database.tenant(tenant, (tx) =>
    tx.query<{ sha256: string }[]>(
      `SELECT DISTINCT sha256 FROM skill_versions
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2 AND erased`,
      [kind, slug],
    ),
  );
  for (const { sha256 } of erased) await removeBundle({ database, blobs }, sha256);
}
