import { Pool } from 'pg';
import type { DatabaseOptions } from './database-options';
import { HeardClient } from './heard-client';

/** A statement that is planned once per connection. */
export interface PreparedStatement {
  /** Unique among the statements of the lanes. */
  readonly name: string;
  readonly text: string;
}

export interface LaneOptions {
  /** So many statements run at once; more wait. */
  readonly connections: number;
  /** Settings of the sessions, such as `jit: 'off'`. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * A few connections of the system role for a statement that is asked very often. It is sent by its name and commits by
 * itself, so that it takes one round trip and no planning.
 */
export interface Lanes {
  /** The rows that the statement returns. @throws an error that `isOutage` knows while the server is away */
  run(statement: PreparedStatement, values: unknown[]): Promise<unknown[]>;
}

/** Connects when it is first asked; the connections end when they have been idle for half a minute. */
export function openLanes(
  options: DatabaseOptions,
  { connections, settings }: LaneOptions,
): Lanes & { close(): Promise<void> } {
  const session = { search_path: options.schema, statement_timeout: '30s', ...settings };
  const pool = new Pool({
    connectionString: options.systemUrl,
    max: connections,
    connectionTimeoutMillis: 2000,
    idleTimeoutMillis: 30_000,
    application_name: `${options.applicationName} lanes`,
    options: Object.entries(session)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    Client: HeardClient,
  });
  pool.on('error', () => undefined);
  return {
    run: async (statement, values) =>
      (await pool.query<Record<string, unknown>>({ ...statement, values })).rows,
    close: () => pool.end(),
  };
}
