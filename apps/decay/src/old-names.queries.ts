import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';

/** Finds what items are called now that had these names. */
export async function namesNow(tx: Tx, items: readonly Item[]): Promise<(item: Item) => string | undefined> {
  const rows = await tx.query<(Item & { now_called: string })[]>(
    `SELECT kind, slug, now_called FROM old_names JOIN unnest($1::text[], $2::text[]) AS g (kind, slug) USING (kind, slug)
     WHERE tenant_id = current_setting('loam.tenant')::uuid`,
    [items.map(({ kind }) => kind), items.map(({ slug }) => slug)],
  );
  const now = new Map(rows.map(({ kind, slug, now_called }) => [`${kind}/${slug}`, now_called]));
  return ({ kind, slug }) => now.get(`${kind}/${slug}`);
}
