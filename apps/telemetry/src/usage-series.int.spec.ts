import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Input } from '@loam/contracts/define';
import type { Signal } from '@loam/contracts/telemetry';
import type { GetUsageSeries } from '@loam/contracts/usage';
import { closeDays, publishUsage } from './publish-usage/publish-usage';
import { callOf, clock, now, testTelemetry, use, type TestTelemetry } from './telemetry.fixtures';
import { GetUsageSeriesController } from './get-usage-series/get-usage-series.controller';

/** With half hours, quarters of hours, a change of half an hour, and changes in the year before the tests' now. */
const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe'],
  ...['America/St_Johns', 'Pacific/Apia', 'Africa/Casablanca', 'America/Sao_Paulo'],
];

describe('series of use', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  const series = (tenant: string, said: Partial<Input<typeof GetUsageSeries>> = {}) =>
    new GetUsageSeriesController(telemetry.database, clock).series(
      { days: 30, tz: 'UTC', bucket: 'day', compare: false, filter: {}, ...said },
      callOf(tenant),
    );

  it('of any zone and bucket sum up to what happened in their span, and no bucket is missing', async () => {
    const tenant = randomUUID();
    const uses: Signal[] = fc.sample(
      fc
        .record({
          ago: fc.integer({ min: 0, max: 380 * 86_400 }),
          slug: fc.constantFrom('a', 'b'),
          view: fc.boolean(),
        })
        .map(({ ago, slug, view }) =>
          use(tenant, {
            ...{ at: new Date(now.getTime() - ago * 1000).toISOString(), slug },
            ...{ type: view ? 'view' : 'download', project: (view ? '1' : '2').repeat(32), trigger: 't' },
          }),
        ),
      { numRuns: 1500, seed: 7 },
    );
    await telemetry.recorder.record(uses);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ZONES),
        fc.constantFrom('hour', 'day', 'week', 'month'),
        fc.integer({ min: 1, max: 365 }),
        fc.constantFrom({}, { slug: 'a' }, { project: '1'.repeat(32) }, { trigger: 't', slug: 'b' }),
        async (tz, bucket, days, filter) => {
          const found = await series(tenant, { tz, bucket, days: bucket === 'hour' ? 31 : days, filter });
          const [from, to] = [Date.parse(found.from), Date.parse(found.to)];
          const meant = uses.filter(
            ({ at, slug, project }) =>
              Date.parse(at) >= from &&
              Date.parse(at) < to &&
              (!('slug' in filter) || slug === filter.slug) &&
              (!('project' in filter) || project === filter.project),
          );
          const views = meant.filter(({ type }) => type === 'view').length;
          const sum = (name: 'views' | 'downloads') =>
            found.buckets.reduce((all, each) => all + (each[name] ?? 0), 0);
          expect({ views: sum('views'), downloads: sum('downloads') }).toEqual({
            ...{ views, downloads: meant.length - views },
          });
          expect(found.totals).toMatchObject({ views, downloads: meant.length - views });
          for (const [index, { start }] of found.buckets.entries()) {
            const next = found.buckets[index + 1]?.start ?? found.to;
            const inside = meant.filter(({ at }) => at >= start && at < next && at !== next);
            expect(found.buckets[index]).toMatchObject({
              views: inside.filter(({ type }) => type === 'view').length,
            });
          }
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);

  it('tell the hours of the day on which the clocks change apart', async () => {
    const tenant = randomUUID();
    const hours = [0, 1, 2, 3].map((hour) => `2026-03-08T0${String(hour + 5)}:30:00.000Z`);
    await telemetry.recorder.record(hours.map((at) => use(tenant, { at })));
    const { buckets } = await series(tenant, { tz: 'America/New_York', days: 3 });
    expect(buckets.map(({ start, downloads }) => [start, downloads])).toEqual([
      ['2026-03-08T05:00:00.000Z', 4],
      ['2026-03-09T04:00:00.000Z', 0],
      ['2026-03-10T04:00:00.000Z', 0],
    ]);
    const byHour = await series(tenant, { tz: 'America/New_York', days: 3, bucket: 'hour' });
    expect(byHour.buckets).toHaveLength(71);
  });

  it('are the same of any zone, whether days are summed up, closed, or used again afterwards', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record(
      Array.from({ length: 200 }, (_, index) =>
        use(tenant, {
          slug: `s-${String(index % 7)}`,
          at: new Date(now.getTime() - index * 5 * 3_600_000).toISOString(),
          ...(index % 3 === 0 ? { type: 'view' as const } : {}),
        }),
      ),
    );
    const tokyo = () => series(tenant, { tz: 'Asia/Kathmandu', days: 90 });
    const before = await tokyo();
    expect(before.totals).toMatchObject({ views: 67, downloads: 133 });
    await publishUsage(telemetry.store);
    expect(await tokyo()).toEqual(before);
    await closeDays(telemetry.store);
    const quarters = await telemetry.database.tenant(tenant, (tx) =>
      tx.query<{ n: number }[]>('SELECT count(*)::int AS n FROM usage_tenant_quarters'),
    );
    expect(quarters).toEqual([{ n: 200 }]);
    expect(await tokyo()).toEqual(before);
    await telemetry.recorder.record([use(tenant, { at: '2026-02-01T00:00:00.000Z' })]);
    expect((await tokyo()).totals).toMatchObject({ downloads: 134 });
    await publishUsage(telemetry.store);
    expect((await tokyo()).totals).toMatchObject({ downloads: 134 });
    await closeDays(telemetry.store);
    expect((await tokyo()).totals).toMatchObject({ downloads: 134 });
  });

  it('count what is different, compare with before, and keep what is asked for', async () => {
    const tenant = randomUUID();
    const invocation = randomUUID();
    await telemetry.recorder.record([
      use(tenant, { project: '1'.repeat(32), session: 'a'.repeat(32) }),
      use(tenant, { project: '1'.repeat(32), session: 'b'.repeat(32), slug: 'other', type: 'view' }),
      use(tenant, { type: 'outcome', outcome: 'success', judge: 'user', invocation }),
      use(tenant, { at: '2026-03-09T00:00:00.000Z' }),
    ]);
    for (const summarised of [false, true]) {
      if (summarised) await publishUsage(telemetry.store);
      const found = await series(tenant, { days: 1, compare: true });
      expect(found.buckets).toMatchObject([
        { uniqueSkills: 2, uniqueProjects: 1, uniqueSessions: null, downloads: 1, views: 1, invocations: 1 },
      ]);
      expect(found.totals.success).toMatchObject({ of: 1 });
      expect(found.previous).toMatchObject({ downloads: 1, views: 0, from: '2026-03-09T00:00:00.000Z' });
    }
    const views = await series(tenant, { days: 1, filter: { event: 'view' } });
    expect(views.totals).toEqual({ views: 1, success: null });
    expect(views.buckets[0]?.uniqueSkills).toBeNull();
    const failures = await series(tenant, { days: 1, filter: { outcome: 'failure' } });
    expect(failures.totals).toEqual({ invocations: 0, failures: 0, success: null });
    const invocations = await series(tenant, { days: 1, filter: { event: 'invocation' } });
    expect(invocations.totals).toMatchObject({ invocations: 1, successes: 1, success: { of: 1 } });
    expect(invocations.totals).not.toHaveProperty('views');
    expect((await series(tenant, { days: 1, filter: { slug: 'other' } })).totals.success).toBeNull();
  });
});
