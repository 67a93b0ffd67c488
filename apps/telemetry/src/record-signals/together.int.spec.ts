import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Signal } from '@loam/contracts/telemetry';
import { now, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';

describe('signals of one thing', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  const seenBy = <Row extends object>(tenant: string, sql: string): Promise<Row[]> =>
    telemetry.database.tenant(tenant, (tx) => tx.query<Row[]>(sql));
  const counted = (tenant: string) =>
    seenBy(
      tenant,
      `SELECT version, activations, invocations, successes, partials, failures, corrections, cost_micros FROM usage_days
       WHERE activations + invocations > 0 ORDER BY version`,
    );
  const at = (seconds: number): string => new Date(now.getTime() - 3600_000 + seconds * 1000).toISOString();
  const activation = (tenant: string, said: Partial<Signal>): Signal =>
    use(tenant, { type: 'activation', version: null, ...said });

  it('ING-11 are one activation, in whatever order and batches they come', async () => {
    const keys = ['tool:t1', 'prompt:s1/p1/a-skill'];
    const signals = (tenant: string): Signal[] => [
      activation(tenant, { source: 'hook', keys, at: at(0) }),
      activation(tenant, { source: 'otel', keys: keys.slice(1), at: at(1), version: '1.0.0' }),
      activation(tenant, { source: 'transcript', keys: keys.slice(0, 1), at: at(2) }),
      activation(tenant, { source: 'hook', keys: ['tool:t2', 'prompt:s1/p1/a-skill'], at: at(3) }),
    ];
    const anyOrder = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    await fc.assert(
      fc.asyncProperty(anyOrder, fc.boolean(), async (order, together) => {
        const tenant = randomUUID();
        const all = signals(tenant);
        const shuffled = order.flatMap((index) => all[index] ?? []);
        if (together) await Promise.all(shuffled.map((signal) => telemetry.recorder.record([signal])));
        else for (const signal of shuffled) await telemetry.recorder.record([signal]);
        expect(await seenBy(tenant, 'SELECT version, sources FROM activations ORDER BY at')).toEqual([
          { version: '1.0.0', sources: 'otel hook transcript' },
          { version: '', sources: 'hook' },
        ]);
        expect(await counted(tenant)).toMatchObject([
          { version: '', activations: 1 },
          { version: '1.0.0', activations: 1 },
        ]);
      }),
      { numRuns: 25 },
    );
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('ING-11 are as many activations as there are calls, be a prompt ever so full of them, and replay alike', async () => {
    const tenant = randomUUID();
    const calls = (source: Signal['source'], size: number): Signal[] =>
      Array.from({ length: size }, (_, index) =>
        activation(tenant, {
          source,
          keys: [`tool:${String(index)}`, 'prompt:s/p/a-skill'],
          at: at(index % 900),
        }),
      );
    await telemetry.recorder.record(calls('api', 1000));
    await telemetry.recorder.record(calls('transcript', 500));
    expect(await counted(tenant)).toMatchObject([{ version: '', activations: 1000 }]);
    const [largest] = await seenBy<{ size: number }>(
      tenant,
      'SELECT max(jsonb_array_length(signals))::int AS size FROM activation_groups',
    );
    expect(largest?.size).toBe(100);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('are one invocation, whose outcome counts as it is known so far', async () => {
    const tenant = randomUUID();
    const invocation = randomUUID();
    const tell = (said: Partial<Signal>) =>
      telemetry.recorder.record([use(tenant, { invocation, actor: 'me', ...said })]);
    await tell({ type: 'started', at: at(0) });
    expect(await counted(tenant)).toMatchObject([{ invocations: 1, successes: 0 }]);
    await tell({ type: 'ended', at: at(5), outcome: 'success', cost: 0.5 });
    expect(await counted(tenant)).toMatchObject([{ invocations: 1, successes: 1, cost_micros: 500_000 }]);
    await tell({ type: 'rated', at: at(6), rating: -1 });
    await tell({ type: 'corrected', at: at(7) });
    expect(await counted(tenant)).toMatchObject([
      { invocations: 1, successes: 0, failures: 1, corrections: 1, cost_micros: 500_000 },
    ]);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('are refused where somebody else began the invocation, and leave nothing', async () => {
    const tenant = randomUUID();
    const invocation = randomUUID();
    const end = use(tenant, { type: 'ended', invocation, actor: 'you', outcome: 'success' });
    const start = use(tenant, { type: 'started', invocation, actor: 'me', at: at(0) });
    expect(await telemetry.recorder.record([start, end])).toEqual(['recorded', 'foreign']);
    expect(await telemetry.recorder.record([end])).toEqual(['foreign']);
    expect(await seenBy(tenant, 'SELECT event_id FROM usage_ids')).toEqual([{ event_id: start.id }]);
    expect(await counted(tenant)).toMatchObject([{ invocations: 1, successes: 0 }]);
  });

  it('are refused where they name another item or version than the start, and change nothing', async () => {
    const tenant = randomUUID();
    const about = { invocation: randomUUID(), actor: 'me' };
    const start = use(tenant, { type: 'started', ...about, at: at(0) });
    const wrong = [
      use(tenant, { type: 'ended', ...about, slug: 'b', outcome: 'failure' }),
      use(tenant, { type: 'rated', ...about, version: '2.0.0', rating: -1 }),
      use(tenant, { type: 'started', ...about, slug: 'b' }),
    ];
    expect(await telemetry.recorder.record([start, ...wrong])).toEqual([
      'recorded',
      ...wrong.map(() => 'mismatched'),
    ]);
    expect(await telemetry.recorder.record(wrong)).toEqual(wrong.map(() => 'mismatched'));
    const end = use(tenant, { type: 'ended', ...about, version: null, outcome: 'success' });
    expect(await telemetry.recorder.record([end])).toEqual(['recorded']);
    expect(await counted(tenant)).toMatchObject([
      { version: '1.0.0', invocations: 1, successes: 1, failures: 0 },
    ]);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('belong to who starts the invocation, whoever told of its end before', async () => {
    const tenant = randomUUID();
    const invocation = randomUUID();
    const squat = use(tenant, { type: 'ended', invocation, actor: 'you', outcome: 'failure' });
    const start = use(tenant, { type: 'started', invocation, actor: 'me', at: at(0) });
    const end = use(tenant, { type: 'ended', invocation, actor: 'me', outcome: 'success' });
    expect(await telemetry.recorder.record([squat])).toEqual(['recorded']);
    expect(await telemetry.recorder.record([start, end])).toEqual(['recorded', 'recorded']);
    expect(await telemetry.recorder.record([{ ...squat, id: randomUUID() }])).toEqual(['foreign']);
    expect(await counted(tenant)).toMatchObject([{ invocations: 1, successes: 1, failures: 0 }]);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('count right when many tell of the same at the same time', async () => {
    const tenant = randomUUID();
    const invocations = Array.from({ length: 10 }, () => randomUUID());
    const all = invocations.flatMap((invocation, index) => [
      use(tenant, { type: 'started', invocation, actor: 'me', at: at(index) }),
      use(tenant, { type: 'ended', invocation, actor: 'me', at: at(index + 1), outcome: 'partial' }),
      use(tenant, { type: 'rated', invocation, actor: 'me', at: at(index + 2), rating: 1 }),
      activation(tenant, {
        source: 'hook',
        keys: [`tool:${String(index)}`, 'prompt:s/p/a-skill'],
        at: at(index),
      }),
      activation(tenant, { source: 'otel', keys: ['prompt:s/p/a-skill'], at: at(index) }),
    ]);
    await Promise.all(
      Array.from({ length: 8 }, (_, lane) =>
        telemetry.recorder.record(all.filter((_signal, index) => index % 8 === lane)),
      ),
    );
    expect(await counted(tenant)).toMatchObject([
      { version: '', activations: 10 },
      { version: '1.0.0', invocations: 10, successes: 10, partials: 0 },
    ]);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('tell of distinct projects, sessions and people of a day', async () => {
    const tenant = randomUUID();
    const [one, other] = ['1'.repeat(32), '2'.repeat(32)];
    await telemetry.recorder.record([
      use(tenant, { project: one, session: one }),
      use(tenant, { project: one, session: other }),
    ]);
    expect(
      await seenBy(
        tenant,
        'SELECT dimension, count(*)::int AS seen FROM usage_uniques GROUP BY 1 ORDER BY 1',
      ),
    ).toEqual([
      { dimension: 'project', seen: 1 },
      { dimension: 'session', seen: 2 },
    ]);
    expect(await seenBy(tenant, 'SELECT project, downloads FROM usage_dimensions')).toEqual([
      { project: one, downloads: 2 },
    ]);
  });
});
