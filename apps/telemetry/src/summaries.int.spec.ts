import { randomUUID } from 'node:crypto';
import { GetTopSkillsController } from './get-top-skills/get-top-skills.controller';
import { GetUsageTimelineController } from './get-usage-timeline/get-usage-timeline.controller';
import { noteUnsummarised, publishUsage } from './publish-usage/publish-usage';
import { callOf, clock, testTelemetry, use, type TestTelemetry } from './telemetry.fixtures';

describe('summaries', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  const read = async (tenant: string) => ({
    timeline: await new GetUsageTimelineController(telemetry.database, clock).timeline(
      { days: 365 },
      callOf(tenant),
    ),
    tops: await Promise.all(
      [1, 3, 30, 200, 365].map((days) =>
        new GetTopSkillsController(telemetry.database, clock).top(
          { days, limit: 20, filter: {} },
          callOf(tenant),
        ),
      ),
    ),
  });
  const daysAgo = (days: number): string => new Date(clock().getTime() - days * 86_400_000).toISOString();
  const uses = (tenant: string) =>
    [0, 0, 1, 2, 5, 29, 30, 31, 64, 199, 200, 300, 364, 365].map((days, index) =>
      use(tenant, {
        ...{ at: daysAgo(days), slug: `skill-${String(index % 4)}`, times: index + 1 },
        ...{ kind: index % 3 === 0 ? 'agent' : 'skill', type: index % 2 === 0 ? 'view' : 'download' },
      }),
    );

  it('tell the same before, between and after they are made, and when they are lost', async () => {
    const tenant = randomUUID();
    const all = uses(tenant);
    await telemetry.recorder.record(all);
    const live = await read(tenant);
    const total = all.slice(0, -1).reduce((sum, { times = 1 }) => sum + times, 0);
    expect(live.tops[4]?.reduce((sum, each) => sum + each.total, 0)).toBe(total);
    expect(live.timeline.reduce((sum, { views, downloads }) => sum + views + downloads, 0)).toBe(total);
    await publishUsage(telemetry.store);
    expect(await read(tenant)).toEqual(live);

    await telemetry.recorder.record(uses(tenant).map((each) => ({ ...each, slug: 'late' })));
    const later = await read(tenant);
    expect(later.tops[4]?.[0]).toMatchObject({ slug: 'late', total });
    await publishUsage(telemetry.store);
    expect(await read(tenant)).toEqual(later);

    await telemetry.server.asSuperuser('TRUNCATE telemetry.usage_tenant_days, telemetry.usage_spans');
    await noteUnsummarised(telemetry.store);
    expect(await read(tenant)).toEqual(later);
    await publishUsage(telemetry.store);
    expect(await read(tenant)).toEqual(later);
  });
});
