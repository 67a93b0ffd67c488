import { z } from 'zod';
import { usagePolicyDefaults } from '@loam/contracts/usage';
import type { Tx } from '@loam/database';
import type { ArchivedFacts, FactLine } from '../fact-archive';
import { factColumns } from '../fact-columns';
import { names } from '../unnest';

const LINE = `at, recorded, row_to_json((SELECT r FROM (SELECT recorded, ${names(factColumns)}) AS r))::text AS line`;

const lineSchema = z.array(
  z.object({
    at: z.date().transform((at) => at.toISOString()),
    recorded: z.coerce.number(),
    line: z.string(),
  }),
);

const PAGE = 2000;

const monthSchema = z.array(z.object({ month: z.iso.date(), table: z.string(), attached: z.boolean() }));

/** The months that have a table of their own, the earliest first. */
export async function monthsOf(tx: Tx): Promise<z.output<typeof monthSchema>> {
  return monthSchema.parse(
    await tx.query(
      `SELECT replace(substr(relname, 13), '_', '-') || '-01' AS month, relname AS table,
         EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid) AS attached
       FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
         AND relname ~ '^usage_facts_[0-9]{4}_[0-9]{2}$' ORDER BY relname`,
    ),
  );
}

const retentionSchema = z.array(z.object({ tenant: z.string(), days: z.int() }));

/** How long each tenant wants to keep facts, and how long the others do. */
export async function retentionsOf(
  tx: Tx,
): Promise<{ readonly ofTenants: ReadonlyMap<string, number>; readonly ofOthers: number }> {
  const rows = retentionSchema.parse(
    await tx.query('SELECT tenant_id AS tenant, retention_days AS days FROM usage_policies'),
  );
  return {
    ofTenants: new Map(rows.map(({ tenant, days }) => [tenant, days])),
    ofOthers: usagePolicyDefaults.retentionDays,
  };
}

/** Whose facts a table holds. */
export async function tenantsIn(tx: Tx, table: string, before: string): Promise<string[]> {
  const rows = await tx.query<{ tenant: string }[]>(
    `SELECT DISTINCT tenant_id AS tenant FROM ${table} WHERE at < $1::timestamptz ORDER BY 1`,
    [before],
  );
  return rows.map(({ tenant }) => tenant);
}

/** The facts of a tenant in a detached month, in the order in which they counted. */
export async function* factsIn(tx: Tx, table: string, tenant: string): AsyncGenerator<FactLine> {
  await tx.query(
    `DECLARE leaving NO SCROLL CURSOR FOR SELECT ${LINE} FROM ${table} WHERE tenant_id = '${tenant}' ORDER BY recorded`,
  );
  for (;;) {
    const page = lineSchema.parse(await tx.query(`FETCH ${String(PAGE)} FROM leaving`));
    if (page.length === 0) break;
    yield* page;
  }
  await tx.query('CLOSE leaving');
}

/** Takes some of the facts of a tenant from before a time out of the table. */
export async function takeFacts(tx: Tx, tenant: string, before: string, most: number): Promise<FactLine[]> {
  // A DELETE … RETURNING comes back from this driver with the number of rows beside them.
  const rows = await tx.query(
    `WITH gone AS (
       DELETE FROM usage_facts WHERE (tableoid, ctid) IN (
         SELECT tableoid, ctid FROM usage_facts WHERE tenant_id = $1 AND at < $2::timestamptz LIMIT $3
       ) RETURNING *
     ) SELECT ${LINE} FROM gone ORDER BY recorded`,
    [tenant, before, most],
  );
  return lineSchema.parse(rows);
}

export async function noteArchived(tx: Tx, archived: readonly ArchivedFacts[]): Promise<void> {
  const column = <K extends keyof ArchivedFacts>(name: K) => archived.map((each) => each[name]);
  await tx.query(
    `INSERT INTO usage_archives (tenant_id, key, facts, sha256, first_at, last_at)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[])`,
    [
      ...[column('tenant'), column('key'), column('facts'), column('sha256')],
      ...[column('firstAt'), column('lastAt')],
    ],
  );
}

/** Forgets some of the ids that were claimed before a day. @returns how many */
export async function forgetIds(tx: Tx, before: string, most: number): Promise<number> {
  const [row] = await tx.query<{ gone: number }[]>(
    `WITH gone AS (
       DELETE FROM usage_ids WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM usage_ids WHERE claimed_on < $1::date LIMIT $2
       )) RETURNING 1
     ) SELECT count(*)::int AS gone FROM gone`,
    [before, most],
  );
  return row?.gone ?? 0;
}
