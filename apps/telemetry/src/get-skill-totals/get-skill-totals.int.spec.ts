import { randomUUID } from 'node:crypto';
import { callOf, now, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { GetSkillTotalsController } from './get-skill-totals.controller';

describe('the totals of an item', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  it('are of all time, all versions and its own kind', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([
      use(tenant),
      use(tenant, { version: null, at: '2025-12-01T00:00:00Z' }),
      use(tenant, { kind: 'agent' }),
    ]);
    const totals = (slug: string) =>
      new GetSkillTotalsController(telemetry.database).totals({ kind: 'skill', slug }, callOf(tenant));
    expect(await totals('a-skill')).toEqual({ uses: 2, lastUsedAt: now.toISOString() });
    expect(await totals('unused')).toEqual({ uses: 0, lastUsedAt: null });
  });
});
