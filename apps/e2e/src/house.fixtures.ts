import { Pool } from 'pg';
import { z } from 'zod';
import type { ServiceName } from '@loam/contracts/operations';
import type { Stack, StackOptions, Supervised } from '@loam/stack';
import { Caller } from './caller.fixtures';
import { ownStack } from './own-stack.fixtures';

/** A Loam of its own for tests that break parts of it. Nothing in it is started again unless a test does so. */
export interface House {
  readonly stack: Stack;
  readonly operator: Caller;
  readonly home: string;
  /** Asks the database as superuser, past every policy. */
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  part(name: keyof Stack['parts']): Supervised;
  close(): Promise<void>;
}

/** Periods of seconds or less, so that nothing takes as long as in life. */
const HURRIED = {
  LOAM_USAGE_PUBLISH_MS: '100',
  LOAM_JOBS_RECONCILE_SECONDS: '1',
  LOAM_JOBS_LEASE_SECONDS: '1',
};

/** Starts the real services of the build, as processes, with servers of their own. */
export async function openHouse({
  tuning = 'throw-away',
  environment = {},
}: Partial<Pick<StackOptions, 'tuning' | 'environment'>> = {}): Promise<House> {
  const { PATH, HOME } = process.env;
  const stack = await ownStack({
    ...{ restart: false, tuning },
    environment: { PATH, HOME, ...HURRIED, ...environment },
  });
  const part = (name: keyof Stack['parts']): Supervised => {
    const found = stack.parts[name];
    if (found === undefined) throw new Error(`the stack has no ${name} of its own`);
    return found;
  };
  const database = new URL(part('postgres').current?.url ?? '');
  database.pathname = '/loam';
  const pool = new Pool({ connectionString: database.toString(), max: 3 });
  // A connection that nobody uses is lost when a test ends the server.
  pool.on('error', () => undefined);
  return {
    ...{ stack, home: stack.home, part, operator: new Caller(stack.url, stack.token) },
    rows: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(sql, [...values])).rows,
    close: async () => {
      await pool.end();
      await stack.close();
    },
  };
}

/** Ends a process as a power cut would, and resolves when it is gone. */
export async function killNow(process: Supervised): Promise<void> {
  const died = process.died();
  process.kill('SIGKILL');
  expect(await died).toBe('signal SIGKILL');
}

/** What a service's probe says at the moment. */
export async function readinessOf({ stack }: House, service: ServiceName): Promise<unknown> {
  const answer = await fetch(`${stack.healthUrlOf(service)}/readyz`, {
    // A connection that was left open may be closed by the server at the very moment it is used again.
    headers: { connection: 'close' },
  });
  return { code: answer.status, ...z.looseObject({}).parse(await answer.json()) };
}
