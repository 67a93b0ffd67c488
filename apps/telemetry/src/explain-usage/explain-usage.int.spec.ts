import { randomUUID } from 'node:crypto';
import type { Input } from '@loam/contracts/define';
import type { ExplainUsage } from '@loam/contracts/usage';
import { callOf, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { ExplainUsageController } from './explain-usage.controller';

describe('the signals behind a number', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  const explain = (tenant: string, said: Partial<Input<typeof ExplainUsage>> = {}) =>
    new ExplainUsageController(telemetry.database).explain(
      { from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z', filter: {}, limit: 200, ...said },
      callOf(tenant),
    );

  it('are given page by page, each once, newest first, and only those that are meant', async () => {
    const tenant = randomUUID();
    const uses = Array.from({ length: 25 }, (_, index) =>
      use(tenant, {
        slug: index % 5 === 0 ? 'other' : 'a-skill',
        at: `2026-03-10T0${String(index % 3)}:00:00.000Z`,
      }),
    );
    await telemetry.recorder.record([...uses, use(randomUUID())]);
    const seen: string[] = [];
    let after: Input<typeof ExplainUsage>['after'];
    do {
      const page = await explain(tenant, {
        limit: 7,
        filter: { slug: 'a-skill' },
        ...(after ? { after } : {}),
      });
      seen.push(...page.signals.map(({ at, id }) => `${at} ${id}`));
      after = page.next ?? undefined;
    } while (after !== undefined);
    const meant = uses.filter(({ slug }) => slug === 'a-skill').map(({ at, id }) => `${at} ${id}`);
    expect(seen).toEqual(meant.sort().reverse());
  });

  it('are all that tell of the invocations that went so, with what these cost', async () => {
    const tenant = randomUUID();
    const [good, bad] = [randomUUID(), randomUUID()];
    const of = (invocation: string, said: Parameters<typeof use>[1]) =>
      use(tenant, { invocation, actor: 't', ...said });
    await telemetry.recorder.record([
      of(good, { type: 'started', at: '2026-03-10T23:59:00.000Z', project: 'a'.repeat(32) }),
      of(good, { type: 'ended', at: '2026-03-11T00:01:00.000Z', outcome: 'success', cost: 0.25 }),
      of(bad, { type: 'started', at: '2026-03-10T10:00:00.000Z' }),
      of(bad, { type: 'ended', at: '2026-03-10T10:01:00.000Z', outcome: 'success' }),
      of(bad, { type: 'rated', at: '2026-03-10T11:00:00.000Z', rating: -1 }),
      use(tenant),
    ]);
    const typesOf = async (said: Parameters<typeof explain>[1]) =>
      (await explain(tenant, said)).signals.map(({ type, cost }) => `${type} ${String(cost)}`);
    expect(await typesOf({ filter: { outcome: 'success' } })).toEqual(['ended 0.25', 'started null']);
    expect(await typesOf({ filter: { outcome: 'failure' } })).toEqual([
      ...['rated null', 'ended null', 'started null'],
    ]);
    expect(await typesOf({ event: 'invocation' })).toHaveLength(5);
    expect(await typesOf({ event: 'invocation', filter: { project: 'a'.repeat(32) } })).toHaveLength(2);
    expect(await typesOf({ filter: { outcome: 'partial' } })).toEqual([]);
  });

  it('say whose time was moved to when it was received', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([use(tenant, { at: '2036-01-01T00:00:00.000Z' }), use(tenant)]);
    const span = { from: '2026-01-01T00:00:00Z', to: '2037-01-01T00:00:00Z' };
    const { signals } = await explain(tenant, span);
    expect(signals.map(({ moved }) => moved).sort()).toEqual([false, true]);
  });

  it('name every source that told of the same activation', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([
      use(tenant, { type: 'activation', source: 'hook', keys: ['tool:t1', 'prompt:s/p/a-skill'] }),
      use(tenant, { type: 'activation', source: 'transcript', keys: ['tool:t1'] }),
      use(tenant),
    ]);
    const { signals } = await explain(tenant, { event: 'activation' });
    expect(signals.map(({ sources }) => sources?.toSorted())).toEqual([
      ['hook', 'transcript'],
      ['hook', 'transcript'],
    ]);
    expect((await explain(tenant, { event: 'download' })).signals).toMatchObject([{ sources: null }]);
  });
});
