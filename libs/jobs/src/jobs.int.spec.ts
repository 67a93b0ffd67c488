import { randomUUID } from 'node:crypto';
import { eventually, testContext } from '@loam/testing';
import type { JobRun } from './define-job';
import { testStack, type TestStack } from './jobs.fixtures';

let stack: TestStack;
beforeAll(async () => {
  stack = await testStack();
});
beforeEach(() => stack.reset());
afterEach(() => stack.closeJobs());
afterAll(() => stack.close());

const tenant = randomUUID();

describe('a job', () => {
  it('runs after its cause has committed, with the data, the tenant and the cause', async () => {
    const seen: { session: string; run: JobRun }[] = [];
    const jobs = await stack.ready({ draft: async ({ session }, run) => void seen.push({ session, run }) });
    const context = {
      ...testContext(tenant),
      causationId: 'the-event',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    await stack.store.transaction(context, (unit) => jobs.intend(unit, 'draft', 'k', { session: 's' }));
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(seen).toEqual([
      { session: 's', run: expect.objectContaining({ tenant, attempt: 1, jobId: expect.any(String) }) },
    ]);
    expect(seen[0]?.run.context).toEqual({
      correlationId: context.correlationId,
      causationId: 'the-event',
      traceparent: context.traceparent,
    });
  });

  it('does not run when its cause is rolled back', async () => {
    let runs = 0;
    const jobs = await stack.ready({ draft: async () => void (runs += 1) });
    const failing = stack.store.transaction(testContext(tenant), async (unit) => {
      await jobs.intend(unit, 'draft', 'rolled-back', { session: 's' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await stack.intend(jobs, 'after');
    await eventually(() => expect(runs).toBe(1));
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(runs).toBe(1);
  });

  it('is tried again with a growing wait until it succeeds', async () => {
    const attempts: number[] = [];
    const jobs = await stack.ready({
      draft: async (_, { attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('not yet');
      },
    });
    await stack.intend(jobs, 'retry');
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(attempts).toEqual([1, 2, 3]);
    expect(await jobs.deadLetters.list(10)).toEqual([]);
  });

  it('JOB-06 runs once when three signals ask for it with the same key', async () => {
    let runs = 0;
    const jobs = await stack.ready({ draft: async () => void (runs += 1) });
    await Promise.all([1, 2, 3].map(() => stack.intend(jobs, 'session-1', tenant)));
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    await stack.intend(jobs, 'session-1', tenant);
    await stack.intend(jobs, 'session-1', randomUUID());
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(runs).toBe(2);
  });

  it('that is invalid is refused where it is caused', async () => {
    const jobs = await stack.ready();
    const tooLong = { session: 's'.repeat(101) };
    const intend = stack.store.transaction(testContext(tenant), (unit) =>
      jobs.intend(unit, 'draft', 'k', tooLong),
    );
    await expect(intend).rejects.toThrow('Too big');
  });

  it('is owed by its own tenant only, and nobody sees it without one', async () => {
    const jobs = await stack.ready();
    await stack.intend(jobs, 'k', tenant);
    const count = 'SELECT count(*)::int AS count FROM job_intents';
    expect(await stack.database.tenant(tenant, (tx) => tx.query(count))).toEqual([{ count: 1 }]);
    expect(await stack.database.tenant(randomUUID(), (tx) => tx.query(count))).toEqual([{ count: 0 }]);
    expect(await stack.database.tenantless((tx) => tx.query(count))).toEqual([{ count: 0 }]);
  });

  it('goes back to its queue, its attempt not counted, when the process ends meanwhile', async () => {
    let interrupted: unknown;
    let begun = false;
    const first = await stack.ready({
      draft: (_, { signal }) => {
        begun = true;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            interrupted = signal.reason;
            reject(new Error('stopped'));
          });
        });
      },
    });
    await stack.intend(first, 'long');
    await eventually(() => expect(begun).toBe(true));
    await first.close(0);
    expect(interrupted).toBeInstanceOf(Error);
    const attempts: number[] = [];
    await stack.ready({ draft: async (_, { attempt }) => void attempts.push(attempt) });
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(attempts).toEqual([1]);
  });

  it('that is in hand is waited for when the process ends', async () => {
    let finish: () => void = () => undefined;
    let begun = false;
    const jobs = await stack.ready({
      draft: () => {
        begun = true;
        return new Promise((resolve) => (finish = resolve));
      },
    });
    await stack.intend(jobs, 'short');
    await eventually(() => expect(begun).toBe(true));
    const closed = jobs.close();
    finish();
    await closed;
    expect(await stack.unfinished()).toBe(0);
  });

  it('is counted in the depth of its queue', async () => {
    const jobs = await stack.ready();
    await stack.intend(jobs, 'k');
    const empty = { waiting: 0, active: 0, delayed: 0, failed: 0, dead: 0 };
    await eventually(async () =>
      expect(await jobs.depth()).toEqual([
        { ...empty, queue: 'capturer.draft', waiting: 1 },
        { ...empty, queue: 'capturer.draft-again' },
      ]),
    );
    await expect(jobs.ping()).resolves.toBeUndefined();
  });
});

describe('a schedule', () => {
  it('JOB-08 runs once per tick however many processes ask for it', async () => {
    const everyMs = 200;
    const ticks: string[] = [];
    const handlers = {
      draft: async (_: unknown, { tenant: none, context }: JobRun) => {
        expect(none).toBeNull();
        ticks.push(context.correlationId);
      },
    };
    const replica = async () => {
      const jobs = await stack.ready(handlers);
      await jobs.schedule('draft', { id: 'nightly', everyMs, data: { session: '' } });
      return jobs;
    };
    await replica();
    await eventually(() => expect(ticks.length).toBeGreaterThanOrEqual(2));
    const more = await Promise.all([replica(), replica()]);
    await eventually(() => expect(ticks.length).toBeGreaterThanOrEqual(8));
    await Promise.all(more.map((jobs) => jobs.close()));
    await eventually(() => expect(ticks.length).toBeGreaterThanOrEqual(10));

    expect(new Set(ticks).size).toBe(ticks.length);
    const times = ticks.map((id) => Number(id.split(':').at(-1))).sort((a, b) => a - b);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const gap of gaps) expect(gap % everyMs).toBe(0);
    // None is added; some are missed when the process that waited for the next one has ended.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(6000);
  }, 60_000);

  it('is restored after Redis has lost everything', async () => {
    let runs = 0;
    const jobs = await stack.ready({ draft: async () => void (runs += 1) });
    await jobs.schedule('draft', { id: 'often', everyMs: 50, data: { session: '' } });
    await eventually(() => expect(runs).toBeGreaterThanOrEqual(2));
    await stack.flushRedis();
    const before = runs;
    await eventually(() => expect(runs).toBeGreaterThanOrEqual(before + 3));
  });
});
