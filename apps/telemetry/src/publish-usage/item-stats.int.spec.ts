import { randomUUID } from 'node:crypto';
import { now, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { publishUsage } from './publish-usage';

describe('what is told of an item in all', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  const told = (tenant: string, name: string) =>
    telemetry.database.tenant(tenant, (tx) =>
      tx.query<{ data: unknown }[]>(
        'SELECT data FROM events WHERE type = $1 ORDER BY transaction_id, position',
        [`telemetry.${name}`],
      ),
    );
  const ended = (tenant: string, version: string, outcome: 'success' | 'failure', count: number) =>
    Array.from({ length: count }, () =>
      use(tenant, { type: 'ended', version, outcome, judge: 'model', invocation: randomUUID() }),
    );
  const publish = () => publishUsage(telemetry.store);

  it('sums up all versions and days, and only what has changed', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([
      ...[use(tenant), use(tenant, { version: '2.0.0', at: '2025-12-01T00:00:00Z' })],
      ...[...ended(tenant, '1.0.0', 'success', 2), ...ended(tenant, '2.0.0', 'failure', 1)],
    ]);
    await publish();
    await publish();
    const stats = { kind: 'skill', slug: 'a-skill', partials: 0, lastUsedAt: now.toISOString() };
    const first = { ...stats, uses: 5, invocations: 3, successes: 2, failures: 1 };
    expect(await told(tenant, 'skill-stats')).toEqual([{ data: { ...first, sequence: 4 } }]);
    await telemetry.recorder.record([use(tenant)]);
    await publish();
    expect((await told(tenant, 'skill-stats')).slice(1)).toEqual([
      { data: { ...first, uses: 6, sequence: 6 } },
    ]);
  });

  it('tells a regression once, that it is over once, and a new one again', async () => {
    const tenant = randomUUID();
    const news = async () => [
      (await told(tenant, 'regression-detected')).length,
      (await told(tenant, 'regression-cleared')).length,
    ];
    await telemetry.recorder.record([
      ...ended(tenant, '1.9.0', 'success', 40),
      ...ended(tenant, '1.10.0', 'failure', 20),
    ]);
    await publish();
    expect(await told(tenant, 'regression-detected')).toMatchObject([
      {
        data: {
          ...{ slug: 'a-skill', version: '1.10.0', than: '1.9.0', margin: 0.05 },
          ...{ earlier: { successes: 40, others: 0 }, later: { successes: 0, others: 20 } },
        },
      },
    ]);
    await telemetry.recorder.record(ended(tenant, '1.10.0', 'failure', 5));
    await publish();
    expect(await news()).toEqual([1, 0]);
    await telemetry.recorder.record(ended(tenant, '1.10.0', 'success', 1000));
    await publish();
    expect(await news()).toEqual([1, 1]);
    await telemetry.recorder.record(ended(tenant, '1.10.0', 'failure', 1000));
    await publish();
    expect(await news()).toEqual([2, 1]);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });
});
