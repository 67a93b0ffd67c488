import type { Tx } from '@loam/database';
import type { Rebuild } from '@loam/event-store';
import { lockActivations } from './activations';
import { factColumns, factRowSchema } from './fact-columns';
import { lockInvocations } from './invocations';
import { recount, rollupTables } from './rollups';
import { tell } from './tell';
import { names } from './unnest';

const PAGE = 2000;

/** In the order in which the facts counted. One sort for all of it; a cursor holds no more than a page here. */
const OPEN = (facts: string): string =>
  `DECLARE facts NO SCROLL CURSOR FOR SELECT ${names(factColumns)} FROM ${facts} ORDER BY recorded`;

async function countAll(tx: Tx, onPage: (rows: number) => void): Promise<void> {
  for (;;) {
    const rows = await tx.query<unknown[]>(`FETCH ${String(PAGE)} FROM facts`);
    if (rows.length === 0) return;
    const facts = factRowSchema.array().parse(rows);
    const activations = await lockActivations(tx, facts);
    const invocations = await lockInvocations(tx, facts);
    await recount(tx, await tell(tx, facts, { activations, invocations }));
    onPage(rows.length);
  }
}

/** Makes everything again that is derived from what was told, by the very steps by which it was made. */
export const rebuildFromFacts: Rebuild = {
  tables: ['activations', 'activation_groups', 'activation_keys', 'invocations', ...rollupTables],
  rebuild: async (tx, live, onProgress) => {
    const facts = `${live}.usage_facts`;
    const [row] = await tx.query<{ total: number }[]>(`SELECT count(*)::float8 AS total FROM ${facts}`);
    const total = row?.total ?? 0;
    let done = 0;
    onProgress(done, total);
    await tx.query(OPEN(facts));
    await countAll(tx, (rows) => {
      done += rows;
      onProgress(done, total);
    });
    await tx.query('CLOSE facts');
  },
};
