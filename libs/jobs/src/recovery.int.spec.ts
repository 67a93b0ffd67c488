import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually, testContext } from '@loam/testing';
import { takeEffect, testStack, type TestStack } from './jobs.fixtures';
import type { Jobs } from './jobs';
import type { Catalog } from './jobs.fixtures';
import { QueuesAway, RedisMayEvict } from './redis-link';

jest.setTimeout(240_000);

let stack: TestStack;
beforeAll(async () => {
  stack = await testStack();
});
beforeEach(() => stack.reset());
afterEach(() => stack.closeJobs());
afterAll(() => stack.close());

const tenant = randomUUID();
const handler = {
  draft: ({ session }: { session: string }, run: { tenant: string | null }) =>
    takeEffect(stack.database, run.tenant ?? '', session).then(() => undefined),
};
const effects = () =>
  stack.server.asSuperuser<{ effects: number; runs: number }>(
    'SELECT count(*)::int AS effects, coalesce(sum(runs), 0)::int AS runs FROM capturer.effects',
  );

describe('when Redis loses everything', () => {
  const intendMany = (jobs: Jobs<Catalog>, count: number) =>
    stack.store.transaction(testContext(tenant), async (unit) => {
      for (let index = 0; index < count; index += 1)
        await jobs.intend(unit, 'draft', `k${String(index)}`, { session: `s${String(index)}` });
    });

  it('JOB-01 each of 5,000 jobs that waited or ran has its effect', async () => {
    const jobs = await stack.ready();
    await intendMany(jobs, 5000);
    await eventually(async () => expect((await jobs.depth())[0]).toMatchObject({ waiting: 5000 }));
    await stack.ready(handler);
    await eventually(async () => expect((await effects())[0]?.effects).toBeGreaterThan(50));
    await stack.flushRedis();
    await eventually(async () => expect(await stack.unfinished()).toBe(0), 180_000);
    const [done] = await effects();
    expect(done?.effects).toBe(5000);
    // Only jobs that were in hand at that moment may have run twice.
    expect(done?.runs).toBeLessThanOrEqual(5010);
  });

  it('a job whose dead letter is lost as well is tried again', async () => {
    let broken = true;
    const jobs = await stack.ready({
      draft: async () => {
        if (broken) throw new Error('broken');
      },
    });
    await stack.intend(jobs, 'k');
    await eventually(async () => expect(await jobs.deadLetters.list(10)).toHaveLength(1));
    broken = false;
    await stack.flushRedis();
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
  });
});

describe('while Redis is away', () => {
  afterEach(() => stack.redis.start());

  it('JOB-03 a request is served as fast as ever, and its job runs when Redis is back', async () => {
    const jobs = await stack.ready(handler);
    await stack.intend(jobs, 'before');
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    await stack.redis.stop();
    await eventually(() => expect(jobs.ping()).rejects.toBeInstanceOf(QueuesAway));
    const begun = performance.now();
    await stack.intend(jobs, 'meanwhile');
    expect(performance.now() - begun).toBeLessThan(1000);
    await expect(jobs.deadLetters.list(1)).rejects.toBeInstanceOf(QueuesAway);
    expect(await stack.unfinished()).toBe(1);
    await stack.restartRedis();
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(await effects()).toEqual([{ effects: 2, runs: 2 }]);
  });

  it('it is said once that it has gone, and once that it is back', async () => {
    const jobs = await stack.ready(handler);
    await stack.redis.stop();
    await eventually(() => expect(stack.logged).toHaveLength(1));
    await Promise.all([1, 2, 3].map((key) => stack.intend(jobs, String(key))));
    await expect(jobs.ping()).rejects.toThrow('cannot be reached');
    await stack.restartRedis();
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(stack.logged).toEqual([
      { level: 'warn', message: 'Redis is away; new jobs wait in the database' },
      { level: 'info', message: 'Redis is back' },
    ]);
  });

  it('a process starts, schedules and works as soon as Redis comes', async () => {
    await stack.redis.stop();
    let ticks = 0;
    const jobs = await stack.ready({ ...handler, draftAgain: async () => void (ticks += 1) });
    await jobs.schedule('draftAgain', { id: 'often', everyMs: 100, data: {} });
    await stack.intend(jobs, 'early');
    await stack.restartRedis();
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    await eventually(() => expect(ticks).toBeGreaterThan(2));
  });

  it('a process ends in good time, with jobs in hand too', async () => {
    let begun = false;
    const jobs = await stack.ready({
      draft: () => {
        begun = true;
        return new Promise(() => undefined);
      },
    });
    await stack.intend(jobs, 'k');
    await eventually(() => expect(begun).toBe(true));
    await stack.redis.stop();
    const from = performance.now();
    await jobs.close(100);
    expect(performance.now() - from).toBeLessThan(4000);
  });
});

it('JOB-04 a Redis that may evict jobs is refused, with the reason', async () => {
  const client = new Redis(stack.redis.url);
  try {
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const jobs = stack.jobs();
    await expect(jobs.checkRedis()).rejects.toThrow(RedisMayEvict);
    await expect(jobs.checkRedis()).rejects.toThrow('Set maxmemory-policy to noeviction');
    await expect(jobs.ping()).rejects.toThrow('maxmemory-policy allkeys-lru');
  } finally {
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    client.disconnect();
  }
});

describe('when a process is killed', () => {
  // Loads TypeScript as Jest does, so that the process runs the same sources.
  const loader = `
    const { transformFileSync } = require('@swc/core');
    require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
    require(process.argv[1]);`;
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const startChild = (hang: boolean | number, crashAt: string): ChildProcess => {
    const options = {
      redisUrl: stack.redis.url,
      keyPrefix: stack.keyPrefix(),
      hang,
      database: { ...stack.database.options, poolSize: 2 },
    };
    const child = spawn(process.execPath, ['-e', loader, require.resolve('./worker-process.fixtures')], {
      cwd: join(__dirname, '../../..'),
      env: { ...process.env, LOAM_TEST_WORKER: JSON.stringify(options), LOAM_CRASH_AT: crashAt },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };

  const ends = () => stack.server.asSuperuser('SELECT job_id, completed_at FROM capturer.job_intents');

  const finishedByAnother = async (jobs: Jobs<Catalog>): Promise<void> => {
    expect(await stack.unfinished()).toBe(1);
    const another = await stack.ready(handler);
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(await effects()).toEqual([{ effects: 1, runs: 2 }]);
    expect(await another.deadLetters.list(10)).toEqual([]);
    await jobs.ping();
  };

  it('during a job, another one finishes it and the effect is there once', async () => {
    const jobs = await stack.ready();
    const child = startChild(true, '');
    await stack.intend(jobs, 'k', tenant);
    if (child.stdout !== null) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await finishedByAnother(jobs);
  });

  it('JOB-02 for as long as its event loop is blocked, another one does its job, and what it does late changes nothing', async () => {
    const jobs = await stack.ready();
    const child = startChild(6000, '');
    const said: string[] = [];
    child.stdout?.on('data', (bytes) => said.push(...String(bytes).trim().split('\n')));
    await stack.intend(jobs, 'k', tenant);
    await eventually(() => expect(said).toEqual(['begun']));
    await stack.ready(handler);
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(said).toEqual(['begun']);
    const completed = await ends();
    await eventually(() => expect(said).toEqual(['begun', 'effect']), 20_000);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(await ends()).toEqual(completed);
    expect(await effects()).toEqual([{ effects: 1, runs: 2 }]);
    expect(await jobs.depth()).toMatchObject([{ waiting: 0, active: 0, delayed: 0, dead: 0 }, {}]);
  });

  it('between the end of a job and the note of it, the job runs again and the effect is there once', async () => {
    const jobs = await stack.ready();
    const child = startChild(false, 'job.done');
    await stack.intend(jobs, 'k', tenant);
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    await finishedByAnother(jobs);
  });
});
