import { Client } from 'pg';
import type { Tx } from './connection-pool';
import type { Database } from './database';
import { queryOn } from './prepared';

/**
 * A connection of its own, outside the pools, for what lives as long as a session: locks and notifications. A statement
 * is a transaction by itself.
 */
export interface Session extends Tx {
  /** Calls back on every NOTIFY on the channel. */
  listen(channel: string, wake: () => void): Promise<void>;
  /** Resolves once the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Opens a session of the system role. */
export async function startSession(database: Database): Promise<Session> {
  const { systemUrl, schema, applicationName } = database.options;
  const client = new Client({
    connectionString: systemUrl,
    connectionTimeoutMillis: 2000,
    application_name: `${applicationName} session`,
    options: `-c search_path=${schema} -c statement_timeout=30s`,
    keepAlive: true,
  });
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
    // Without a listener a broken connection would end the process; what waits on `ended` deals with it.
    client.on('error', () => {
      resolve();
    });
  });
  await client.connect();
  return {
    query: (sql, values) => queryOn(client, sql, values),
    listen: async (channel, wake) => {
      client.on('notification', (message) => {
        if (message.channel === channel) wake();
      });
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    },
    ended,
    close: async () => {
      await client.end().catch(() => undefined);
    },
  };
}
