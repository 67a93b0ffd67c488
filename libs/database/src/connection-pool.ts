import { Pool, type PoolClient } from 'pg';
import type { DatabaseOptions } from './database-options';
import { HeardClient } from './heard-client';
import { queryOn } from './prepared';

/**
 * One transaction. Statements that are asked at once are sent at once, and done in the order in which they were asked.
 * One whose answer nobody awaits belongs to it all the same: where it fails, so does the transaction.
 */
export interface Tx {
  /** @returns the rows; of an UPDATE or DELETE `[rows, count]` */
  query<T>(sql: string, values?: readonly unknown[]): Promise<T>;
}

/** The statement would answer other columns than when the connection planned it: a migration came in between. */
const PLAN_IS_STALE = '0A000';

/** An earlier statement of the transaction failed. */
const IS_ABORTED = '25P02';

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** The connections of one role. */
export class ConnectionPool {
  private readonly pool: Pool;

  constructor(options: DatabaseOptions, url: string, poolSize: number) {
    this.pool = new Pool({
      connectionString: url,
      max: poolSize,
      application_name: options.applicationName,
      connectionTimeoutMillis: 2000,
      idleTimeoutMillis: 30_000,
      // Tables are named without schema, so that a rebuild can run the same statements in another one.
      options: `-c search_path=${options.schema} -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s`,
      // What is asked at once is sent at once, and answered in its order.
      pipeline: true,
      Client: HeardClient,
    });
    this.pool.on('error', () => undefined);
  }

  /** Runs `work` in a transaction that begins with these statements, which take no parameters. */
  async transaction<T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken = false;
    const failures: Error[] = [];
    const noteFailure = (error: unknown): void => {
      if (error instanceof Error) failures.push(error);
    };
    try {
      // Goes out together with the first statement. Where it fails the connection is lost, and all else fails too.
      let last: Promise<unknown> = client.query(begin);
      last.catch(noteFailure);
      const query = <R>(sql: string, values?: readonly unknown[]): Promise<R> => {
        const asked = queryOn<R>(client, sql, values);
        asked.catch(noteFailure);
        last = asked;
        return asked;
      };
      const result = await work({ query });
      // Goes out behind what nobody has awaited; the server answers in that order, and commits nothing of what failed.
      const [{ command }] = await Promise.all([client.query('COMMIT'), last]);
      if (command !== 'COMMIT') throw failures[0] ?? new Error('the transaction was rolled back');
      return result;
    } catch (error) {
      const cause = hasCode(error, IS_ABORTED) ? (failures[0] ?? error) : error;
      broken = (await isLost(client)) || hasCode(cause, PLAN_IS_STALE);
      throw cause;
    } finally {
      client.release(broken);
    }
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** Rolls back; a connection that cannot is broken, and the pool drops it. */
const isLost = (client: PoolClient): Promise<boolean> =>
  client.query('ROLLBACK').then(
    () => false,
    () => true,
  );
