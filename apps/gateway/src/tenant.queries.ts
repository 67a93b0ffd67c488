import { z } from 'zod';
import type { Tx } from '@loam/database';

const tenantSchema = z.object({ slug: z.string(), name: z.string() });

/** The tenant of the transaction, if it exists. */
export async function findTenant(tx: Tx): Promise<z.output<typeof tenantSchema> | undefined> {
  const rows = await tx.query<unknown[]>(
    "SELECT slug, name FROM tenants WHERE tenant_id = current_setting('loam.tenant')::uuid",
  );
  return tenantSchema.optional().parse(rows[0]);
}
