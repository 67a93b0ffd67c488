import type { Database } from '@loam/database';

/** Forgets what was delivered, or not, before then. */
export const sweepDeliveries = (database: Database, before: Date): Promise<void> =>
  database.system(async (tx) => {
    await tx.query('DELETE FROM webhook_deliveries WHERE created_at < $1', [before]);
  });
