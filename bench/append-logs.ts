import { Pool } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { fact } from '@loam/contracts/define';
import { SkillUsed } from '@loam/contracts/telemetry';
import { Database, migrate, ownerOf, provision } from '@loam/database';
import { EventCatalog, EventStore, eventLogTables } from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';
import type { startServer } from './others';
import { loadReference } from './references';

const SERVICE = 'bench';
const TENANT = uuidv7();
/** Connections of each, and so the most writers that are no queue. */
export const STREAMS = 16;

const data = {
  ...({ kind: 'skill', slug: 'measured', version: '1.0.0', day: '2026-01-01', sequence: 1 } as const),
  ...{ views: 1, downloads: 2, lastUsedAt: '2026-01-01T12:00:00.000Z' },
};

class EventLog1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of eventLogTables(await ownerOf(runner))) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('nothing of it is kept');
  }
}

/** Appends one event to the end of each of some streams that are there, and knows how many are. */
export interface Log {
  readonly append: (streams: readonly number[], expected: number) => Promise<unknown>;
  /** How many events there are, in SQL. */
  readonly count: string;
  readonly close: () => Promise<void>;
}

export type Server = Awaited<ReturnType<typeof startServer>>;

/** The store of every service, as the role that serves requests: with policies, and a notice to who publishes. */
export async function ours({ postgres }: Server): Promise<Log & { readonly database: string }> {
  const services = { database: 'loam', services: [SERVICE], passwordOf: () => 'bench' };
  const { [SERVICE]: urls } = await provision(postgres.url, services);
  if (urls === undefined) throw new Error('there is no schema');
  await migrate(urls.owner, SERVICE, [EventLog1795000000000]);
  const options = { schema: SERVICE, applicationName: SERVICE, poolSize: STREAMS };
  const database = await Database.open({ ...options, url: urls.app, systemUrl: urls.system });
  const catalog = new EventCatalog([SkillUsed]);
  const store = new EventStore({ database, catalog, inline: [], clock: () => new Date() });
  const actor = { type: 'service', id: SERVICE } as const;
  return {
    append: (streams, expected) => {
      const context = {
        tenant: TENANT,
        actor,
        correlationId: uuidv7(),
        causationId: null,
        traceparent: null,
      };
      return store.transaction(context, (unit) =>
        unit.append(
          ...streams.map((stream) => {
            return { stream: `measured:${TENANT}:${stream}`, expected, facts: [fact(SkillUsed, data)] };
          }),
        ),
      );
    },
    database: 'loam',
    count: `SELECT count(*) FROM ${SERVICE}.events`,
    close: () => database.close(),
  };
}

/** A pool that is heard: a server that ends says so to connections that are ending too. */
function openPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: STREAMS });
  pool.on('error', () => undefined);
  return pool;
}

interface EmmettStore {
  appendToStream(stream: string, events: readonly object[], options: object): Promise<unknown>;
  close(): Promise<void>;
}

const emmettSchema = z.object({
  getPostgreSQLEventStore: z.custom<(url: string, options: object) => EmmettStore>(
    (value) => typeof value === 'function',
  ),
});

/** An event store for Node that a user would take instead. */
export async function emmett({ postgres }: Server): Promise<Log> {
  const library = emmettSchema.parse(await loadReference('@event-driven-io/emmett-postgresql'));
  // With a pool that has as many connections as ours has.
  const pool = openPool(postgres.url);
  const store = library.getPostgreSQLEventStore(postgres.url, { connectionOptions: { pool } });
  return {
    // Its versions begin with 1.
    append: ([stream], expected) =>
      store.appendToStream(`measured-${stream}`, [{ type: SkillUsed.name, data }], {
        expectedStreamVersion: BigInt(expected + 1),
      }),
    count: 'SELECT count(*) FROM emt_messages',
    close: async () => {
      await store.close();
      if (!pool.ended) await pool.end();
    },
  };
}

const INSERT = `INSERT INTO keyed (stream, revision, data) VALUES ($1, $2, $3)`;

/** One insert into a table with a key, by itself. */
export async function insert({ admin, postgres }: Server): Promise<Log> {
  await admin.query(
    'CREATE TABLE keyed (stream int, revision int, data jsonb, PRIMARY KEY (stream, revision))',
  );
  const pool = openPool(postgres.url);
  const json = JSON.stringify(data);
  return {
    append: ([stream], expected) =>
      pool.query({ name: 'insert', text: INSERT, values: [stream, expected + 1, json] }),
    count: 'SELECT count(*) FROM keyed',
    close: () => pool.end(),
  };
}
