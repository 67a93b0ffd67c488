import type { Tx } from '@loam/database';

/** Holds a bundle's digest until the transaction ends, against whoever stores or sweeps the same bytes. */
export async function lockBundle(tx: Tx, sha256: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`bundle ${sha256}`]);
}
