import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';

/** Whether the transaction's tenant has an item that we have heard of. */
export async function isKnown(tx: Tx, { kind, slug }: Item): Promise<boolean> {
  const rows = await tx.query<unknown[]>(
    `SELECT 1 FROM known_skills
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
    [kind, slug],
  );
  return rows.length > 0;
}
