import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, testContext } from '@loam/testing';
import type { Jobs } from './jobs';
import { testStack, type Catalog, type TestStack } from './jobs.fixtures';

jest.setTimeout(180_000);

let stack: TestStack;
beforeAll(async () => {
  stack = await testStack();
});
beforeEach(() => stack.reset());
afterEach(() => stack.closeJobs());
afterAll(() => stack.close());

const intendMany = (jobs: Jobs<Catalog>, tenant: string, count: number) =>
  stack.store.transaction(testContext(tenant), async (unit) => {
    for (let at = 0; at < count; at += 1)
      await jobs.intend(unit, 'draft', String(at), { session: String(at) });
  });

/** A job that takes a while, and who had it when. */
const observed = () => {
  const begun: { readonly tenant: string | null; readonly at: number }[] = [];
  const handler = {
    draft: async (_: unknown, { tenant }: { tenant: string | null }) => {
      begun.push({ tenant, at: performance.now() });
      await delay(20);
    },
  };
  return { begun, handler };
};

describe('when a tenant floods a queue', () => {
  const FLOOD = 10_000;
  const OWN = 40;

  it(`JOB-10 with ${FLOOD} jobs, another one waits less than twice as long as without (95th percentile)`, async () => {
    const { begun, handler } = observed();
    const jobs = await stack.ready(handler);
    const waitOf = async (tenant: string): Promise<number> => {
      const from = performance.now();
      await intendMany(jobs, tenant, OWN);
      const own = () => begun.filter((each) => each.tenant === tenant);
      await eventually(() => expect(own()).toHaveLength(OWN), 20_000);
      const waits = own().map(({ at }) => at - from);
      return waits.sort((a, b) => a - b)[Math.floor(0.95 * OWN)] ?? Infinity;
    };
    const normal = await waitOf(randomUUID());
    const flooding = randomUUID();
    await intendMany(jobs, flooding, FLOOD);
    await eventually(() => expect(begun.length).toBeGreaterThan(OWN + 400), 20_000);
    const wait = await waitOf(randomUUID());
    expect((await jobs.depth())[0]?.waiting).toBeGreaterThan(FLOOD / 2);
    expect(wait).toBeLessThan(2 * normal);
  });

  it('and another one does so after it, they alternate', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const { begun, handler } = observed();
    const jobs = await stack.ready(handler);
    await intendMany(jobs, first, 2_000);
    await eventually(() => expect(begun.length).toBeGreaterThan(250), 30_000);
    await intendMany(jobs, second, 800);
    const of = (tenant: string, all = begun) => all.filter((each) => each.tenant === tenant);
    await eventually(() => expect(of(second).length).toBeGreaterThan(400), 60_000);
    const from = begun.findIndex((each) => each === of(second)[250]);
    const shared = begun.slice(from, from + 200);
    for (const tenant of [first, second]) expect(of(tenant, shared).length).toBeGreaterThan(80);
  });

  it('and Redis loses everything, the turns are the same', async () => {
    const [flooding, other] = [randomUUID(), randomUUID()];
    const jobs = await stack.ready();
    await intendMany(jobs, flooding, 100);
    await intendMany(jobs, other, 2);
    await stack.flushRedis();
    const { begun, handler } = observed();
    await stack.ready(handler);
    await eventually(async () => expect(await stack.unfinished()).toBe(0), 20_000);
    expect(begun.findLastIndex(({ tenant }) => tenant === other)).toBeLessThan(10);
  });
});
