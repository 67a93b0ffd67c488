import type { Tx } from '@loam/database';

/** The tags that live items of the tenant have. */
export async function liveTags(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ tag: string }[]>(
    `SELECT DISTINCT unnest(tags) AS tag FROM vitals
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND live AND tags <> '{}'`,
  );
  return new Set(rows.map(({ tag }) => tag));
}
