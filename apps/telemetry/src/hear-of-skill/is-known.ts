import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';

/** The places of those items that the transaction's tenant has and that we have heard of. */
export async function knownAmong(tx: Tx, items: readonly Item[]): Promise<Set<number>> {
  const rows = await tx.query<{ at: number }[]>(
    `SELECT a.at::int FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a(kind, slug, at)
     JOIN known_skills k ON k.tenant_id = current_setting('loam.tenant')::uuid AND k.kind = a.kind AND k.slug = a.slug`,
    [items.map(({ kind }) => kind), items.map(({ slug }) => slug)],
  );
  return new Set(rows.map(({ at }) => at - 1));
}

/** Whether the transaction's tenant has an item that we have heard of. */
export const isKnown = async (tx: Tx, item: Item): Promise<boolean> =>
  (await knownAmong(tx, [item])).size > 0;
