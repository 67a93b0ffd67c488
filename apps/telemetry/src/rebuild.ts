import type { Tx } from '@loam/database';
import type { Rebuild } from '@loam/event-store';
import type { BlobStore } from '@loam/blobs';
import { lockActivations } from './activations';
import { factColumns, factRowSchema } from './fact-columns';
import { readFacts } from './fact-archive';
import { lockInvocations } from './invocations';
import { recount, rollupTables } from './rollups';
import { tell } from './tell';
import { names } from './unnest';

const PAGE = 2000;

/** In the order in which the facts counted. One sort for all of it; a cursor holds no more than a page here. */
const OPEN = (facts: string): string =>
  `DECLARE facts NO SCROLL CURSOR FOR SELECT ${names(factColumns)} FROM ${facts} ORDER BY recorded`;

/** All that ever counted: what is kept, what is about to be dropped, and what is read back from the archive. */
async function allFacts(tx: Tx, live: string, blobs: BlobStore): Promise<string> {
  await tx.query(`CREATE TABLE archived_facts (LIKE ${live}.usage_facts)`);
  const archives = await tx.query<{ key: string; sha256: string }[]>(
    `SELECT key, sha256 FROM ${live}.usage_archives ORDER BY tenant_id, key`,
  );
  for (const archive of archives) {
    let page: string[] = [];
    const keep = async (): Promise<void> => {
      await tx.query(
        'INSERT INTO archived_facts SELECT * FROM jsonb_populate_recordset(NULL::archived_facts, $1::jsonb)',
        [`[${page.join(',')}]`],
      );
      page = [];
    };
    for await (const line of readFacts(blobs, archive)) if (page.push(line) === PAGE) await keep();
    await keep();
  }
  const detached = await tx.query<{ name: string }[]>(
    `SELECT relname AS name FROM pg_class c WHERE relnamespace = $1::regnamespace AND relkind = 'r'
       AND relname ~ '^usage_facts_[0-9]{4}_[0-9]{2}$' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)`,
    [live],
  );
  const columns = `recorded, ${names(factColumns)}`;
  const tables = [`${live}.usage_facts`, 'archived_facts', ...detached.map(({ name }) => `${live}.${name}`)];
  return `(${tables.map((table) => `SELECT ${columns} FROM ${table}`).join(' UNION ALL ')}) AS facts`;
}

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
export const rebuildFromFacts = (blobs: BlobStore): Rebuild => ({
  tables: ['activations', 'activation_groups', 'activation_keys', 'invocations', ...rollupTables],
  rebuild: async (tx, live, onProgress) => {
    const facts = await allFacts(tx, live, blobs);
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
    await tx.query('DROP TABLE archived_facts');
  },
});
