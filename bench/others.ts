import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  findBinary,
  freePort,
  launch,
  removePostgresData,
  startGuard,
  startNats,
  startPostgres,
  type Guard,
} from '@loam/embedded';
import { uuidv7 } from '@loam/kernel';
import { databaseCounters, type Observation } from './observe';
import { DISTRIBUTION } from './root';

/** Something small beside Loam that takes events over HTTP, with a Postgres that is as durable. */
export interface Other {
  readonly url: string;
  readonly databaseUrl: string;
  readonly admin: Client;
  readonly processes: Readonly<Record<string, number>>;
  readonly observe: () => Promise<Observation>;
  readonly stop: () => Promise<void>;
}

/** A Postgres of its own, in a folder that is gone afterwards. */
export async function startServer(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const guard = await startGuard();
  const dataDir = join(folder, 'postgres');
  const postgres = await startPostgres({ dataDir, port: await freePort(), guard });
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  return {
    ...{ guard, postgres, admin },
    observe: async () => ({ ...(await databaseCounters(admin)), loopDelayMs: Number.NaN }),
    stop: async () => {
      await admin.end();
      await postgres.stop();
      await guard.dismiss();
      await removePostgresData(dataDir);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startProgram(folder: string, guard: Guard, name: string, variables: Record<string, string>) {
  let ready = false;
  return launch({
    ...{ name, url: '', guard, logFile: join(folder, `${name.replace('/', '-')}.log`) },
    ...{ command: process.execPath, args: [join(DISTRIBUTION, 'bench', `${name}.program.js`)] },
    environment: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...variables },
    onMessage: () => {
      ready = true;
    },
    answers: async () => ready,
    readyWithinMs: 30_000,
  });
}

export const NAIVE_TOKEN = 'bench';

/**
 * The way that most would write it: Nest on Fastify with a guard that looks the token up, NATS request and reply, Nest,
 * TypeORM. It keeps what it is told, once each, and the same sums as ours, in one transaction per request.
 */
export async function startNaive(folder: string): Promise<Other> {
  const { guard, postgres, admin, observe, stop } = await startServer(folder);
  const bin = await findBinary('nats-server');
  const nats = await startNats({ storeDir: join(folder, 'nats'), port: await freePort(), bin, guard });
  const port = await freePort();
  const variables = { DATABASE_URL: postgres.url, NATS_URL: nats.url, PORT: String(port) };
  const telemetry = await startProgram(folder, guard, 'naive/telemetry', variables);
  const gateway = await startProgram(folder, guard, 'naive/gateway', variables);
  const hash = createHash('sha256').update(`Bearer ${NAIVE_TOKEN}`).digest('hex');
  await admin.query('INSERT INTO tokens VALUES ($1, $2, $3)', [uuidv7(), hash, uuidv7()]);
  return {
    ...{ url: `http://127.0.0.1:${port}`, databaseUrl: postgres.url, admin, observe },
    processes: { gateway: gateway.pid, telemetry: telemetry.pid, nats: nats.pid, postgres: postgres.pid },
    stop: async () => {
      for (const part of [gateway, telemetry, nats]) await part.stop();
      await stop();
    },
  };
}

/** The table into which limits are stored, with a key and nothing else. */
const KEYED = `CREATE TABLE keyed (
  id uuid PRIMARY KEY, at timestamptz NOT NULL, type text NOT NULL, skill text NOT NULL, version text NOT NULL)`;

/** Fastify and one table: what nothing that does more can do for less. */
export async function startBare(folder: string): Promise<Other> {
  const { guard, postgres, admin, observe, stop } = await startServer(folder);
  await admin.query(KEYED);
  const port = await freePort();
  const bare = await startProgram(folder, guard, 'limits', {
    ...{ DATABASE_URL: postgres.url, PORT: String(port) },
  });
  return {
    ...{ url: `http://127.0.0.1:${port}`, databaseUrl: postgres.url, admin, observe },
    processes: { fastify: bare.pid, postgres: postgres.pid },
    stop: async () => {
      await bare.stop();
      await stop();
    },
  };
}
