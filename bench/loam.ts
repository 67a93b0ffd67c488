import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'nats';
import { Client } from 'pg';
import type { ServiceName } from '@loam/contracts/operations';
import { removeStack, startStack, type Stack } from '@loam/stack';
import { databaseCounters, loopDelayOf, type Observation } from './observe';
import { profilerOf, type Profiler } from './profile';
import { DISTRIBUTION } from './root';

/** A whole Loam of its own, as durable as a user's. */
export interface Loam {
  readonly stack: Stack;
  /** The database server's administrator, who is bound by no policy: for counting and checking. */
  readonly admin: Client;
  readonly adminUrl: string;
  readonly processes: Readonly<Record<string, number>>;
  readonly observe: () => Promise<Observation>;
  readonly profiler?: Profiler;
  readonly stop: () => Promise<void>;
}

interface LoamOptions {
  readonly profile: boolean;
  /** The services whose event loops are looked at; those at work. */
  readonly watched?: readonly ServiceName[];
  /** Variables of all services. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Variables of single services. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const READING: readonly ServiceName[] = ['gateway', 'registry'];

export async function startLoam(
  home: string,
  { profile, watched = READING, variables, overrides = {} }: LoamOptions,
): Promise<Loam> {
  const profiling = profile ? await profilerOf(watched) : undefined;
  const stack = await startStack({
    ...{ home, gatewayPort: 0, distribution: DISTRIBUTION, restart: false },
    environment: { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'warn', ...variables },
    overrides: { ...overrides, ...profiling?.variables },
  });
  const url = new URL(stack.parts.postgres?.current?.url ?? '');
  url.pathname = '/loam';
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  const { guard: _guard, ...processes } = stack.processIds();
  return {
    ...{ stack, admin, adminUrl: url.href, processes },
    ...(profiling && { profiler: profiling.profiler }),
    observe: async () => {
      const delays = await Promise.all(watched.map((service) => loopDelayOf(stack.healthUrlOf(service))));
      return { ...(await databaseCounters(admin)), loopDelayMs: Math.max(...delays) };
    },
    stop: async () => {
      await admin.end();
      await stack.stop();
    },
  };
}

export const removeLoam = (home: string): Promise<unknown> => removeStack(home);

const QUIET_LOOKS = 3;

/** Resolves when the services have done what they owe for what has happened: it would count as what comes next. */
export async function untilQuiet({ stack, admin }: Loam): Promise<void> {
  const nats = await connect({ servers: stack.parts.nats?.current?.url ?? '' });
  const manager = await nats.jetstreamManager();
  const owed = async (): Promise<number> => {
    const { rows } = await admin.query<{ unpublished: string }>(
      `SELECT count(*) AS unpublished FROM registry.events e JOIN registry.checkpoints c ON c.name = 'relay'
       WHERE (e.transaction_id, e.position) > (c.transaction_id, c.position)`,
    );
    let sum = Number(rows[0]?.unpublished);
    for await (const { config } of manager.streams.list())
      for await (const consumer of manager.consumers.list(config.name))
        sum += consumer.num_pending + consumer.num_ack_pending;
    return sum;
  };
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet = (await owed()) === 0 ? quiet + 1 : 0) await delay(500);
  await nats.close();
}
