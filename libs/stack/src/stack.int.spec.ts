import { createServer } from 'node:net';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startOf } from '@loam/embedded';
import { eventually, testBroker, testRedis } from '@loam/testing';
import { Client } from 'pg';
import { z } from 'zod';
import type { Stack } from './stack';
import { standIns } from './stand-ins.fixtures';

jest.setTimeout(60_000);

let programs: Awaited<ReturnType<typeof standIns>>;
let running: Stack[];

beforeEach(async () => {
  programs = await standIns();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((stack) => stack.stop()));
  await programs.close();
});

async function start(options?: Parameters<typeof programs.start>[0]): Promise<Stack> {
  const stack = await programs.start(options);
  running.push(stack);
  return stack;
}

const environmentOf = async (stack: Stack, service: 'gateway' | 'registry') => {
  const answer = await fetch(stack.healthUrlOf(service));
  return z.record(z.string(), z.string()).parse(await answer.json());
};

const stillRunning = async (pids: number[]): Promise<number[]> => {
  const starts = await Promise.all(pids.map(startOf));
  return pids.filter((_, index) => starts[index] !== undefined);
};

it('starts three servers and five services, migrates once for each build, and ends without a trace', async () => {
  const stack = await start();
  const pids = Object.values(stack.processIds());
  expect(pids).toHaveLength(9);
  expect(stack.token).toMatch(/^loam_[0-9a-f]{16}_[0-9a-f]{72}$/);
  await stack.stop();
  expect(await stillRunning(pids)).toEqual([]);
  const again = await start();
  expect(again.token).toBe(stack.token);
  expect(await programs.migrationsOf('registry')).toBe(1);
});

it('gives each service the logins of its own roles, and none of what is private to the caller', async () => {
  const stack = await start({ environment: { PRIVATE: 'x', LOG_LEVEL: 'debug', LOAM_HOME: '/', TZ: 'UTC' } });
  const environment = await environmentOf(stack, 'registry');
  expect(environment).toMatchObject({ LOG_LEVEL: 'debug', TZ: 'UTC' });
  expect(Object.keys(environment)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/PRIVATE$|LOAM_HOME|OWNER|BOOTSTRAP/)]),
  );
  const client = new Client({ connectionString: environment['DATABASE_URL'] });
  await client.connect();
  const { rows } = await client.query('SELECT current_user AS role');
  await client.end();
  expect(rows).toEqual([{ role: 'loam_registry_app' }]);
  expect(await environmentOf(stack, 'gateway')).toMatchObject({ LOAM_BOOTSTRAP_TOKEN: stack.token });
});

it('keeps its secrets for its owner', async () => {
  await start();
  for (const name of ['secrets.json', 'identity/registry.pem', 'postgres/password', 'redis/password'])
    expect((await stat(join(programs.home, name))).mode & 0o077).toBe(0);
});

it('starts a service again that was killed, and says so', async () => {
  const lines: string[] = [];
  const stack = await start({ progress: (line) => lines.push(line) });
  const before = stack.processIds()['registry'];
  stack.services.registry.kill('SIGKILL');
  await eventually(() => {
    expect(stack.services.registry.current?.pid).not.toBe(before);
    expect(stack.healthUrlOf('registry')).toContain('http');
  });
  expect(lines).toContain('registry has ended (signal SIGKILL) and is started again');
});

it('starts a server again that was killed, at the same address', async () => {
  const stack = await start();
  const { redis } = stack.parts;
  const { pid, url } = redis?.current ?? {};
  redis?.kill('SIGKILL');
  await eventually(() => {
    expect(redis?.current?.pid).toBeDefined();
    expect(redis?.current?.pid).not.toBe(pid);
  });
  expect(redis?.current?.url).toBe(url);
});

it('gives up on a service that ends five times in a minute', async () => {
  const stack = await start();
  for (let death = 1; death <= 5; death += 1) {
    await eventually(() => stack.healthUrlOf('decay'));
    const died = stack.services.decay.died();
    stack.services.decay.kill('SIGKILL');
    await died;
  }
  expect((await stack.failed).message).toContain('decay has ended 5 times in a minute');
});

it('leaves the dead alone where a test asks for that, and starts them with other variables', async () => {
  const stack = await start({ restart: false, overrides: { registry: { LOAM_CRASH_AT: 'publish.read' } } });
  expect(await environmentOf(stack, 'registry')).toMatchObject({ LOAM_CRASH_AT: 'publish.read' });
  const died = stack.services.registry.died();
  stack.services.registry.kill('SIGKILL');
  expect(await died).toBe('signal SIGKILL');
  await stack.restart('registry');
  expect(await environmentOf(stack, 'registry')).not.toHaveProperty('LOAM_CRASH_AT');
});

it('uses the servers that the environment names, and prepares a database of others at every start', async () => {
  const [nats, redis] = await Promise.all([testBroker(), testRedis()]);
  const { LOAM_TEST_POSTGRES: postgres } = process.env;
  const environment = { DATABASE_URL: postgres, NATS_URL: nats.url, REDIS_URL: redis.url };
  await (await start({ environment })).stop();
  const stack = await start({ environment });
  expect(await environmentOf(stack, 'registry')).toMatchObject({ NATS_URL: nats.url, REDIS_URL: redis.url });
  expect((await environmentOf(stack, 'registry'))['DATABASE_URL']).toContain(new URL(postgres ?? '').host);
  expect(await programs.migrationsOf('registry')).toBe(2);
  expect(Object.keys(stack.processIds())).toHaveLength(6);
  await stack.stop();
  await Promise.all([nats.close(), redis.close()]);
});

it('leaves nothing behind when one service does not start, and shows the end of its log', async () => {
  const starting = start({ overrides: { telemetry: { LOAM_STAND_IN: 'fail' } } });
  await expect(starting).rejects.toThrow(/telemetry did not start: exit code 1[^]*told to fail/);
  await (await start()).stop();
});

it('ends a start that is told to, and leaves nothing behind', async () => {
  const abort = new AbortController();
  const starting = start({ signal: abort.signal, onStarted: () => abort.abort() });
  await expect(starting).rejects.toThrow();
  await (await start()).stop();
});

it('says who holds the port of the gateway', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const gatewayPort = z.object({ port: z.number() }).parse(other.address()).port;
  await expect(start({ gatewayPort })).rejects.toThrow(`Port ${gatewayPort} is taken`);
  other.close();
});
