import type { ReplayDifference } from '@loam/contracts/operations';
import type { Database, Tx } from '@loam/database';
import type { EventCatalog } from './event-catalog';
import { start } from './position';
import { project, type Projection } from './projection';
import { countEvents, readVisible } from './read';
import { lift, readTenantLog } from './tenant-log';

/** Tables, and how to make them again from what they were derived from, in the schema that the search path names. */
export interface Rebuild {
  readonly tables: readonly string[];
  /** @param live the service's own schema, for reading the source of truth */
  readonly rebuild: (
    tx: Tx,
    live: string,
    onProgress: (done: number, total: number) => void,
  ) => Promise<void>;
}

export interface ReplayReport {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  readonly differing: number;
  /** The first thousand. */
  readonly differences: readonly ReplayDifference[];
}

const BATCH = 500;
const MOST_DIFFERENCES = 1000;

/** Rebuilds projections by applying the whole log to them. */
export const rebuildFromLog = (catalog: EventCatalog, projections: readonly Projection[]): Rebuild => ({
  tables: projections.flatMap((projection) => projection.tables),
  rebuild: async (tx, live, onProgress) => {
    const events = `${live}.events`;
    const total = await countEvents(tx, events);
    let done = 0;
    let at = start;
    for (;;) {
      const batch = await readVisible(tx, catalog, at, BATCH, events);
      const read = batch.map(({ event }) => event);
      await project(tx, projections, read);
      done += batch.length;
      onProgress(done, total);
      const last = batch.at(-1);
      if (last === undefined) return;
      at = last.at;
    }
  },
});

/** A tenant as its log tells it up to a moment. */
export interface Past {
  readonly tenant: string;
  readonly until: Date;
}

/**
 * Makes the tables of projections again as they stood for one tenant at a moment, and reads them: unqualified names in
 * `read` mean these tables, `current_setting('loam.tenant')` the tenant. Nothing of it is kept.
 * @returns null where more than `most` events lead up to it
 */
export async function readPast<T>(
  database: Database,
  catalog: EventCatalog,
  projections: readonly Projection[],
  { tenant, until, most }: Past & { readonly most: number },
  read: (tx: Tx) => Promise<T>,
): Promise<T | null> {
  const live = database.options.schema;
  const scratch = `${live}_replay`;
  return database.system(async (tx) => {
    await tx.query("SELECT set_config('loam.tenant', $1, true)", [tenant]);
    const [found] = await tx.query<{ count: string }[]>(
      'SELECT count(*) FROM events WHERE tenant_id = $1 AND occurred_at <= $2',
      [tenant, until],
    );
    if (Number(found?.count) > most) return null;
    const tables = projections.flatMap((projection) => projection.tables);
    for (const table of tables)
      await tx.query(`CREATE TABLE ${scratch}.${table} (LIKE ${live}.${table} INCLUDING ALL)`);
    await tx.query(`SET LOCAL search_path = ${scratch}, ${live}`);
    let at = start;
    for (;;) {
      const batch = await readTenantLog(tx, at, BATCH);
      const last = batch.at(-1);
      if (last === undefined) break;
      const events = batch.map(({ event }) => lift(catalog, event));
      await project(
        tx,
        projections,
        events.filter(({ occurredAt }) => Date.parse(occurredAt) <= until.getTime()),
      );
      at = last.at;
    }
    for (const table of tables) await tx.query(`ANALYZE ${scratch}.${table}`);
    const value = await read(tx);
    for (const table of tables) await tx.query(`DROP TABLE ${scratch}.${table}`);
    return value;
  }, 'REPEATABLE READ');
}

async function keyOf(tx: Tx, table: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }[]>(
    `SELECT a.attname AS name FROM pg_index i
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY array_position(i.indkey::int[], a.attnum::int)`,
    [table],
  );
  if (rows.length === 0) throw new Error(`${table} has no primary key to compare by`);
  return rows.map((row) => row.name);
}

interface DifferenceRow {
  readonly key: Record<string, unknown>;
  readonly difference: ReplayDifference['difference'];
  readonly columns: string[];
  readonly differing: string;
}

async function compare(tx: Tx, live: string, scratch: string, table: string): Promise<DifferenceRow[]> {
  const key = await keyOf(tx, `${live}.${table}`);
  const same = key.map((column) => `l.${column} = r.${column}`).join(' AND ');
  const pairs = key.map((column) => `'${column}', coalesce(l.${column}, r.${column})`).join(', ');
  return tx.query<DifferenceRow[]>(
    `SELECT jsonb_build_object(${pairs}) AS key,
       CASE WHEN l IS NULL THEN 'missing' WHEN r IS NULL THEN 'unexpected' ELSE 'different' END AS difference,
       CASE WHEN l IS NULL OR r IS NULL THEN '{}' ELSE (
         SELECT array_agg(x.key ORDER BY x.key) FROM jsonb_each(to_jsonb(l)) x
         WHERE x.value IS DISTINCT FROM to_jsonb(r) -> x.key) END AS columns,
       count(*) OVER () AS differing
     FROM ${live}.${table} l FULL JOIN ${scratch}.${table} r ON ${same}
     WHERE l IS NULL OR r IS NULL OR to_jsonb(l) IS DISTINCT FROM to_jsonb(r)
     LIMIT ${String(MOST_DIFFERENCES)}`,
  );
}

async function countRows(tx: Tx, table: string): Promise<number> {
  const [row] = await tx.query<{ rows: string }[]>(`SELECT count(*) AS rows FROM ${table}`);
  return Number(row?.rows);
}

/**
 * Makes every table again in the scratch schema, beside the live one, and compares row by row. All of it happens in
 * one transaction that sees one moment, so it may run while the service works; nothing of it is kept.
 */
export async function replayCheck(
  database: Database,
  rebuilds: readonly Rebuild[],
  onProgress: (done: number, total: number) => void,
): Promise<ReplayReport> {
  const live = database.options.schema;
  const scratch = `${live}_replay`;
  return database.system(async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    const tables = rebuilds.flatMap((rebuild) => rebuild.tables);
    for (const table of tables)
      await tx.query(`CREATE TABLE ${scratch}.${table} (LIKE ${live}.${table} INCLUDING ALL)`);
    await tx.query(`SET LOCAL search_path = ${scratch}`);
    for (const { rebuild } of rebuilds) await rebuild(tx, live, onProgress);
    const differences: ReplayDifference[] = [];
    const counted: { table: string; rows: number }[] = [];
    let differing = 0;
    for (const table of tables) {
      const rows = await compare(tx, live, scratch, table);
      differing += Number(rows[0]?.differing ?? 0);
      for (const { key, difference, columns } of rows) differences.push({ table, key, difference, columns });
      counted.push({ table, rows: await countRows(tx, `${live}.${table}`) });
    }
    for (const table of tables) await tx.query(`DROP TABLE ${scratch}.${table}`);
    return { tables: counted, differing, differences: differences.slice(0, MOST_DIFFERENCES) };
  }, 'REPEATABLE READ');
}
