import { randomUUID } from 'node:crypto';
import { ownerOf, tenantTable, type Database, type MigrationClass } from '@loam/database';
import { EventCatalog, EventStore, eventLogTables } from '@loam/event-store';
import { testContext, testDatabase, testRedis } from '@loam/testing';
import { Redis } from 'ioredis';
import type { QueryRunner } from 'typeorm';
import { z } from 'zod';
import { defineJob, type JobHandlers } from './define-job';
import { Jobs, type JobsOptions } from './jobs';
import { jobTables, TurnsOfJobs1796700000000 } from './tables';

export const catalog = {
  draft: defineJob('draft', z.object({ session: z.string().max(100) }), {
    summary: 'Drafts a skill from a session.',
    attempts: 3,
    backoffMs: 20,
    timeoutMs: 5000,
  }),
  draftAgain: defineJob('draft-again', z.object({}), {
    summary: 'A name that begins like another.',
    attempts: 1,
    backoffMs: 20,
    timeoutMs: 200,
  }),
};
export type Catalog = typeof catalog;

/** What a handler did: `runs` counts, `effects` holds each effect once. */
const migrations: MigrationClass[] = [
  class Jobs1760000000000 {
    async up(runner: QueryRunner): Promise<void> {
      const owner = await ownerOf(runner);
      const statements = [
        ...eventLogTables(owner),
        ...jobTables(owner),
        'CREATE TABLE effects (tenant_id uuid, key text, runs int NOT NULL, PRIMARY KEY (tenant_id, key))',
        ...tenantTable(owner, 'effects', ['SELECT', 'INSERT', 'UPDATE']),
      ];
      for (const statement of statements) await runner.query(statement);
    }
    down(): Promise<void> {
      return Promise.resolve();
    }
  },
  TurnsOfJobs1796700000000,
];

/** The effect of a job on a database, the same the second time but for the count. */
export const takeEffect = (database: Database, tenant: string, key: string): Promise<unknown> =>
  database.tenant(tenant, (tx) =>
    tx.query(
      `INSERT INTO effects AS e (tenant_id, key, runs) VALUES ($1, $2, 1)
       ON CONFLICT (tenant_id, key) DO UPDATE SET runs = e.runs + 1`,
      [tenant, key],
    ),
  );

export interface Logged {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** A service with its database and Redis, in which each test makes its own `Jobs`. */
export async function testStack() {
  const [server, redis] = await Promise.all([testDatabase('capturer'), testRedis()]);
  const database = await server.open('capturer', migrations);
  const store = new EventStore({
    database,
    catalog: new EventCatalog([]),
    inline: [],
    clock: () => new Date(),
  });
  let opened: Jobs<Catalog>[] = [];
  let keyPrefix = '';
  const logged: Logged[] = [];
  const logAs = (level: Logged['level']) => (_: object, message: string) => {
    logged.push({ level, message });
  };

  const jobs = (options: Partial<JobsOptions<Catalog>> = {}): Jobs<Catalog> => {
    const one = new Jobs({
      service: 'capturer',
      catalog,
      redisUrl: redis.url,
      database,
      log: { info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
      reconcileMs: 200,
      keyPrefix,
      leaseMs: 1000,
      ...options,
    });
    opened.push(one);
    return one;
  };
  return {
    ...{ database, store, redis, server, logged, jobs },
    keyPrefix: () => keyPrefix,
    /** Jobs that are connected, and work if handlers are given (`draftAgain` does nothing unless it is). */
    ready: async (handlers?: Partial<JobHandlers<Catalog>>, options: Partial<JobsOptions<Catalog>> = {}) => {
      const one = jobs(options);
      await one.checkRedis();
      if (handlers !== undefined)
        one.work({ draft: () => Promise.resolve(), draftAgain: () => Promise.resolve(), ...handlers });
      return one;
    },
    intend: (one: Jobs<Catalog>, key: string, tenant: string = randomUUID()) =>
      store.transaction(testContext(tenant), (unit) => one.intend(unit, 'draft', key, { session: key })),
    unfinished: async (): Promise<number> => {
      const [row] = await server.asSuperuser<{ count: string }>(
        'SELECT count(*) AS count FROM capturer.job_intents WHERE completed_at IS NULL',
      );
      return Number(row?.count);
    },
    restartRedis: () => redis.start(),
    flushRedis: async () => {
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
    },
    /** A new key prefix and an empty table, so that tests of a file do not meet. */
    reset: async () => {
      keyPrefix = `t${randomUUID()}`;
      logged.length = 0;
      await server.asSuperuser('TRUNCATE capturer.job_intents, capturer.effects');
    },
    closeJobs: async () => {
      await Promise.all(opened.map((one) => one.close(1000)));
      opened = [];
    },
    close: async () => {
      await redis.close();
      await server.close();
    },
  };
}
export type TestStack = Awaited<ReturnType<typeof testStack>>;
