import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { eventually, testContext } from '@loam/testing';
import { testStack, type TestStack } from './jobs.fixtures';
import type { Jobs } from './jobs';
import type { Catalog } from './jobs.fixtures';

let stack: TestStack;
beforeAll(async () => {
  stack = await testStack();
});
beforeEach(() => stack.reset());
afterEach(() => stack.closeJobs());
afterAll(() => stack.close());

const tenant = randomUUID();

/** The only dead letter, once it is there. */
const letterOf = (jobs: Jobs<Catalog>) =>
  eventually(async () => {
    const letters = await jobs.deadLetters.list(10);
    expect(letters).toHaveLength(1);
    const [letter] = letters;
    if (letter === undefined) throw new Error('unreachable');
    return letter;
  });

describe('a job that fails every time', () => {
  it('becomes a dead letter with its payload, reason, stack, attempts and trace', async () => {
    const jobs = await stack.ready({ draft: () => Promise.reject(new Error('the model is on strike')) });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await stack.store.transaction({ ...testContext(tenant), traceparent }, (unit) =>
      jobs.intend(unit, 'draft', 'k', { session: 's' }),
    );
    const letter = await letterOf(jobs);
    expect(letter).toEqual({
      service: 'capturer',
      id: expect.stringMatching(/^job-capturer\.draft-k[0-9a-f]{40}$/),
      source: 'job',
      name: 'capturer.draft',
      reason: 'the model is on strike',
      attempts: 3,
      failedAt: expect.stringMatching(/Z$/),
      tenant,
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(await jobs.deadLetters.show(letter.id)).toEqual({
      ...letter,
      stack: expect.stringContaining('dead-letters.int.spec'),
      payload: { session: 's' },
    });
    await eventually(async () =>
      expect((await jobs.depth())[0]).toMatchObject({
        waiting: 0,
        active: 0,
        delayed: 0,
        failed: 0,
        dead: 1,
      }),
    );
    expect(await stack.unfinished()).toBe(1);
  });

  it('is not tried by the reconciler as long as its dead letter is there', async () => {
    let runs = 0;
    const jobs = await stack.ready({
      draft: async () => {
        runs += 1;
        throw new Error('no');
      },
    });
    await stack.intend(jobs, 'old');
    await letterOf(jobs);
    await stack.server.asSuperuser("UPDATE capturer.job_intents SET created_at = now() - interval '1 hour'");
    // A younger one that was lost comes back, so the reconciler has been at work.
    await stack.server.asSuperuser(
      `INSERT INTO capturer.job_intents (tenant_id, queue, job_id, data, correlation_id, created_at)
       VALUES ($1, 'capturer.draft', 'lost', '{"session":"x"}', 'c', now() - interval '1 minute')`,
      [tenant],
    );
    await eventually(async () => expect(await jobs.deadLetters.list(10)).toHaveLength(2));
    expect(runs).toBe(6);
  });

  it('within an attempt that takes too long is told so and fails with the reason', async () => {
    let reason: unknown;
    const jobs = await stack.ready({
      draftAgain: (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => void (reason = signal.reason));
        }),
    });
    await stack.store.transaction(testContext(tenant), (unit) => jobs.intend(unit, 'draftAgain', 'slow', {}));
    const letter = await letterOf(jobs);
    expect(letter).toMatchObject({ name: 'capturer.draft-again', attempts: 1 });
    expect(letter.reason).toBe('the attempt took longer than 200 ms');
    expect(reason).toBeInstanceOf(Error);
    expect(await jobs.deadLetters.show(letter.id)).toMatchObject({ id: letter.id });
  });

  it('because its data is invalid becomes a dead letter at once, with what is wrong', async () => {
    let runs = 0;
    const jobs = await stack.ready({ draft: async () => void (runs += 1) });
    await stack.server.asSuperuser(
      `INSERT INTO capturer.job_intents (tenant_id, queue, job_id, data, correlation_id, created_at)
       VALUES ($1, 'capturer.draft', 'spoilt', '{"session":7}', 'c', now() - interval '1 minute')`,
      [tenant],
    );
    const letter = await letterOf(jobs);
    expect(letter).toMatchObject({ attempts: 1, tenant });
    expect(letter.reason).toBe('invalid data: /session Invalid input: expected string, received number');
    expect(runs).toBe(0);
  });
});

describe('an operator', () => {
  const failUntil = (mended: { now: boolean; runs: number }) => async () => {
    mended.runs += 1;
    if (!mended.now) throw new Error('broken');
  };

  it('redrives a job twice and it runs once, with all its attempts', async () => {
    const mended = { now: false, runs: 0 };
    const jobs = await stack.ready({ draft: failUntil(mended) });
    await stack.intend(jobs, 'k');
    const { id } = await letterOf(jobs);
    mended.now = true;
    const answers = await Promise.all([jobs.deadLetters.redrive(id), jobs.deadLetters.redrive(id)]);
    expect(answers.sort()).toEqual([false, true]);
    await eventually(async () => expect(await stack.unfinished()).toBe(0));
    expect(mended.runs).toBe(4);
    expect(await jobs.deadLetters.list(10)).toEqual([]);
    expect(await jobs.deadLetters.redrive(id)).toBe(false);
  });

  it('finds one letter, the newer one, after the job has failed again', async () => {
    const mended = { now: false, runs: 0 };
    const jobs = await stack.ready({ draft: failUntil(mended) });
    await stack.intend(jobs, 'k');
    const first = await letterOf(jobs);
    expect(await jobs.deadLetters.redrive(first.id)).toBe(true);
    await eventually(() => expect(mended.runs).toBe(6));
    const second = await letterOf(jobs);
    expect(second.id).toBe(first.id);
    expect(second.failedAt > first.failedAt).toBe(true);
  });

  it('discards a job and nothing is owed any more', async () => {
    const mended = { now: false, runs: 0 };
    const jobs = await stack.ready({ draft: failUntil(mended) });
    await stack.intend(jobs, 'k');
    const { id } = await letterOf(jobs);
    expect(await jobs.deadLetters.discard(id)).toBe(true);
    expect(await jobs.deadLetters.discard(id)).toBe(false);
    expect(await jobs.deadLetters.show(id)).toBeUndefined();
    expect(await stack.unfinished()).toBe(0);
  });

  it('redrives a tick of a schedule, which has no tenant', async () => {
    const mended = { now: false, runs: 0 };
    const jobs = await stack.ready({ draft: failUntil(mended) });
    await jobs.schedule('draft', { id: 'once-a-day', everyMs: 86_400_000, data: { session: '' } });
    const { id, tenant: none } = await letterOf(jobs);
    expect(none).toBeNull();
    expect(id).toMatch(/^job-capturer\.draft-repeat~once-a-day~\d+$/);
    mended.now = true;
    expect(await jobs.deadLetters.redrive(id)).toBe(true);
    await eventually(() => expect(mended.runs).toBe(4));
    await eventually(async () => expect(await jobs.deadLetters.list(10)).toEqual([]));
  });

  it.each(['job-capturer.draft-nothing', 'job-other.queue-k1', 'event-capturer-1', ''])(
    'is told that there is no letter %p',
    async (id) => {
      const jobs = await stack.ready();
      expect(await jobs.deadLetters.show(id)).toBeUndefined();
      expect(await jobs.deadLetters.redrive(id)).toBe(false);
      expect(await jobs.deadLetters.discard(id)).toBe(false);
    },
  );
});

it('a move to the dead queue that a crash interrupted is finished later, and leaves one letter', async () => {
  const connection = new Redis(stack.redis.url, { maxRetriesPerRequest: null });
  const options = { connection, prefix: stack.keyPrefix() };
  const live = new Queue('capturer.draft', options);
  const dead = new Queue('capturer.draft.dead', options);
  const worker = new Worker('capturer.draft', () => Promise.reject(new Error('crashed since')), options);
  try {
    const data = { data: { session: 's' }, tenant, correlationId: 'c', causationId: null, traceparent: null };
    await dead.add('draft', { half: 'written' }, { jobId: 'k1' });
    await live.add('draft', data, { jobId: 'k1' });
    await eventually(async () => expect(await live.getFailedCount()).toBe(1));
    await worker.close();
    const jobs = await stack.ready({});
    await eventually(async () => expect(await live.getFailedCount()).toBe(0));
    expect(await letterOf(jobs)).toMatchObject({ reason: 'crashed since', tenant });
  } finally {
    await Promise.all([live.close(), dead.close(), worker.close()]);
    connection.disconnect();
  }
});
