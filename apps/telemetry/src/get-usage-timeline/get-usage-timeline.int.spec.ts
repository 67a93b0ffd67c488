import { randomUUID } from 'node:crypto';
import { callOf, clock, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { GetUsageTimelineController } from './get-usage-timeline.controller';

describe('the usage timeline', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  const timeline = (tenant: string, days: number) =>
    new GetUsageTimelineController(telemetry.database, clock).timeline({ days }, callOf(tenant));

  it('has every UTC day without gaps, the last one being today', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([
      use(tenant, { at: '2026-03-07T23:59:59Z' }),
      use(tenant, { at: '2026-03-08T00:00:00Z' }),
      use(tenant, { at: '2026-03-08T10:00:00Z', version: '2.0.0', type: 'view' }),
      use(tenant, { at: '2026-03-08T11:00:00Z', kind: 'agent' }),
      use(tenant, { at: '2026-03-10T11:00:00Z', slug: 'b-skill' }),
      use(randomUUID(), { at: '2026-03-10T11:00:00Z' }),
    ]);
    expect(await timeline(tenant, 3)).toEqual([
      { day: '2026-03-08', downloads: 2, views: 1, unique_skills: 2 },
      { day: '2026-03-09', downloads: 0, views: 0, unique_skills: 0 },
      { day: '2026-03-10', downloads: 1, views: 0, unique_skills: 1 },
    ]);
  });

  it('is all zeros for who has used nothing', async () => {
    const days = await timeline(randomUUID(), 365);
    expect(days).toHaveLength(365);
    expect(days[0]).toEqual({ day: '2025-03-11', downloads: 0, views: 0, unique_skills: 0 });
  });
});
