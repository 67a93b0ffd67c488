import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findBinary } from './find-binary';
import { freePort } from './free-port';
import type { RunningPart } from './part';
import { startRedis, type RedisOptions } from './redis';

jest.setTimeout(120_000);

let dataDir: string;
let bin: string;
const started: RunningPart[] = [];

beforeAll(async () => {
  bin = await findBinary('redis-server');
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'loam "redis" '));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((part) => part.stop()));
  await rm(dataDir, { recursive: true });
});

async function start(persistence: RedisOptions['persistence']): Promise<RunningPart> {
  const part = await startRedis({ dataDir, port: await freePort(), bin, persistence });
  started.push(part);
  return part;
}

async function withClient<T>(part: RunningPart, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(part.url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

it.each([
  { persistence: 'append-only', left: 'yes' },
  { persistence: 'none', left: null },
] as const)('after a restart with persistence $persistence a key is $left', async ({ persistence, left }) => {
  const first = await start(persistence);
  await withClient(first, (client) => client.set('kept', 'yes'));
  await first.stop();
  expect(await withClient(await start(persistence), (client) => client.get('kept'))).toBe(left);
});

it('asks for the same password after a restart, so that clients find their way back', async () => {
  const first = await start('none');
  await first.stop();
  expect(new URL((await start('none')).url).password).toBe(new URL(first.url).password);
});

it('answers a ping, never evicts, and lets nobody in without the password', async () => {
  const part = await start('none');
  expect(await withClient(part, (client) => client.ping())).toBe('PONG');
  const policy = await withClient(part, (client) => client.config('GET', 'maxmemory-policy'));
  expect(policy).toEqual(['maxmemory-policy', 'noeviction']);
  const stranger = new Redis(Number(new URL(part.url).port), {
    retryStrategy: null,
    enableReadyCheck: false,
  });
  await expect(stranger.get('kept')).rejects.toThrow('NOAUTH');
  stranger.disconnect();
});
