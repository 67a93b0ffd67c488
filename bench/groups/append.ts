import { join } from 'node:path';
import { Client, Pool } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { fact } from '@loam/contracts/define';
import { SkillUsed } from '@loam/contracts/telemetry';
import { Database, migrate, ownerOf, provision } from '@loam/database';
import { EventCatalog, EventStore, eventLogTables, NO_STREAM } from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';
import { startServer } from '../others';
import { loadReference } from '../references';
import type { Comparison, Group, Role, Scenario, Subject } from '../scenario';

const SERVICE = 'bench';
const TENANT = uuidv7();
const STREAMS = 16;

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

/** Appends one event to the end of a stream that is there, and knows how many are. */
interface Log {
  readonly append: (stream: number, expected: number) => Promise<unknown>;
  /** How many events there are, in SQL. */
  readonly count: string;
  readonly close: () => Promise<void>;
}

type Server = Awaited<ReturnType<typeof startServer>>;

/** The store of every service, as the role that serves requests: with policies, and a notice to who publishes. */
async function ours({ postgres }: Server): Promise<Log & { readonly database: string }> {
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
    append: (stream, expected) => {
      const context = {
        tenant: TENANT,
        actor,
        correlationId: uuidv7(),
        causationId: null,
        traceparent: null,
      };
      return store.transaction(context, (unit) =>
        unit.append({ stream: `measured:${TENANT}:${stream}`, expected, facts: [fact(SkillUsed, data)] }),
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

async function emmett({ postgres }: Server): Promise<Log> {
  const library = emmettSchema.parse(await loadReference('@event-driven-io/emmett-postgresql'));
  // With a pool that has as many connections as ours has.
  const pool = openPool(postgres.url);
  const store = library.getPostgreSQLEventStore(postgres.url, { connectionOptions: { pool } });
  return {
    // Its versions begin with 1.
    append: (stream, expected) =>
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

async function startLog(
  folder: string,
  open: (server: Server) => Promise<Log & { readonly database?: string }>,
) {
  const server = await startServer(folder);
  const log = await open(server);
  const url = new URL(server.postgres.url);
  url.pathname = `/${log.database ?? 'postgres'}`;
  return { server, log, url: url.href };
}

const appendCase = (
  name: string,
  role: Role,
  writers: number,
  start: () => ReturnType<typeof startLog>,
): Scenario => ({
  ...{ name: `${name}, ${writers} writers`, role, clients: writers, openRate: 0, warmUp: 500 },
  start: async (): Promise<Subject> => {
    const { server, log, url } = await start();
    let streams = 0;
    return {
      processes: { client: process.pid, postgres: server.postgres.pid },
      observe: server.observe,
      open: async () => {
        const stream = (streams += 1);
        let expected = NO_STREAM;
        return {
          perform: async () => {
            await log.append(stream, expected);
            expected += 1;
          },
          close: async () => undefined,
        };
      },
      check: async (done) => {
        const count = await countOf(url, log.count);
        if (count !== done) throw new Error(`${done} were appended and ${count} are there`);
      },
      stop: async () => {
        await log.close();
        await server.stop();
      },
    };
  },
});

async function countOf(url: string, sql: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(sql);
  await client.end();
  return Number(rows[0]?.count);
}

const INSERT = `INSERT INTO keyed (stream, revision, data) VALUES ($1, $2, $3)`;

/** One insert into a table with a key, by itself. */
async function insert({ admin, postgres }: Server): Promise<Log> {
  await admin.query(
    'CREATE TABLE keyed (stream int, revision int, data jsonb, PRIMARY KEY (stream, revision))',
  );
  const pool = openPool(postgres.url);
  const json = JSON.stringify(data);
  return {
    append: (stream, expected) =>
      pool.query({ name: 'insert', text: INSERT, values: [stream, expected + 1, json] }),
    count: 'SELECT count(*) FROM keyed',
    close: () => pool.end(),
  };
}

async function prepare({ folder }: { readonly folder: string }): Promise<Comparison> {
  const at = (name: string) => join(folder, name);
  const cases = [1, STREAMS].flatMap((writers) => [
    appendCase('loam', 'ours', writers, () => startLog(at('loam'), ours)),
    appendCase('emmett', 'reference', writers, () => startLog(at('emmett'), emmett)),
    appendCase('one insert', 'limit', writers, () => startLog(at('insert'), insert)),
  ]);
  const against = (writers: number, atLeast: number) => ({
    ...{ id: `rate of loam / emmett, ${writers} writers`, metric: 'rate' as const, atLeast },
    ...{ of: `loam, ${writers} writers`, to: `emmett, ${writers} writers` },
  });
  return { cases, ratios: [against(1, 2), against(STREAMS, 2.5)], close: async () => undefined };
}

/** Appending one event to a stream, each in a commit of its own. */
export const append: Group = { name: 'append', sizes: ['full'], prepare };
