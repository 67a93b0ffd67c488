import type { Client } from 'pg';
import type { ServiceName } from '@loam/contracts/operations';
import { startLoam, type Loam } from './loam';

/** What statements came to since they were last forgotten. */
export interface Statements {
  readonly calls: number;
  /** Pages that were looked at, in memory or on disk. */
  readonly pages: number;
}

/** A Loam whose server counts statements from now on; it is slower by that. */
export async function startCounting(home: string, watched: readonly ServiceName[]): Promise<Loam> {
  const before = await startLoam(home, { profile: false });
  await before.admin.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
  await before.stop();
  // What is published of it follows in its own time, and would be counted by chance.
  const variables = { LOAM_USAGE_PUBLISH_MS: '3600000' };
  const loam = await startLoam(home, { profile: false, watched, variables });
  await loam.admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  return loam;
}

/** What a service's roles ask while something is done. */
export async function statementsOf(
  admin: Client,
  service: ServiceName,
  work: () => Promise<void>,
): Promise<Statements> {
  await admin.query('SELECT pg_stat_statements_reset()');
  await work();
  const { rows } = await admin.query<{ calls: string; pages: string }>(
    `SELECT sum(calls) AS calls, sum(shared_blks_hit + shared_blks_read) AS pages
     FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname LIKE '%' || $1 || '%'`,
    [service],
  );
  return { calls: Number(rows[0]?.calls), pages: Number(rows[0]?.pages) };
}
