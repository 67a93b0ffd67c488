import { randomUUID } from 'node:crypto';
import { callOf, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { GetSkillStatsController } from './get-skill-stats.controller';

describe('the statistics of a skill', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  it('say for each version how it went, the newest first, and which is a regression', async () => {
    const tenant = randomUUID();
    const ended = (version: string, outcome: 'success' | 'failure', durationMs: number) =>
      use(tenant, { type: 'ended', version, outcome, durationMs, judge: 'model', invocation: randomUUID() });
    await telemetry.recorder.record([
      ...Array.from({ length: 30 }, (_, index) => ended('1.9.0', 'success', index)),
      ...Array.from({ length: 25 }, () => ended('1.10.0', 'failure', 7)),
      use(tenant, { version: null, at: '2026-03-01T00:00:00.000Z' }),
      use(tenant, { slug: 'other' }),
    ]);
    const { versions } = await new GetSkillStatsController(telemetry.database).stats(
      { kind: 'skill', slug: 'a-skill' },
      callOf(tenant),
    );
    expect(versions).toMatchObject([
      {
        ...{ version: '1.10.0', invocations: 25, failures: 25, medianDurationMs: 7 },
        regression: { than: '1.9.0' },
      },
      { version: '1.9.0', successes: 30, uses: 30, success: { of: 30 }, regression: null },
      { version: null, downloads: 1, firstUsed: '2026-03-01', regression: null },
    ]);
  });
});
