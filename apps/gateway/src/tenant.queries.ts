import { z } from 'zod';
import type { Tx } from '@loam/database';

const tenantSchema = z.object({ slug: z.string(), name: z.string() });

/** Those of some ids that no token of the tenant of the transaction ever had. */
export async function unknownTokens(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>('SELECT id FROM tokens WHERE id = ANY ($1)', [ids]);
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

/** The tenant of the transaction, if it exists. */
export async function findTenant(tx: Tx): Promise<z.output<typeof tenantSchema> | undefined> {
  const rows = await tx.query<unknown[]>(
    "SELECT slug, name FROM tenants WHERE tenant_id = current_setting('loam.tenant')::uuid",
  );
  return tenantSchema.optional().parse(rows[0]);
}
