import { CandidateFlagged } from '@loam/contracts/decay';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { z } from 'zod';
import { vitalsStream } from './vitals.stream';

const rowSchema = z.object({ id: z.uuid(), occurred_at: z.date(), data: CandidateFlagged.schema });

/** The last time that an item became a candidate. */
export async function readDecision(tx: Tx, tenant: string, item: Item) {
  const rows = await tx.query<unknown[]>(
    `SELECT id, occurred_at, data FROM events
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND stream = $1 AND type = $2 ORDER BY revision DESC LIMIT 1`,
    [vitalsStream(tenant, item), CandidateFlagged.name],
  );
  return rowSchema.optional().parse(rows[0]);
}
