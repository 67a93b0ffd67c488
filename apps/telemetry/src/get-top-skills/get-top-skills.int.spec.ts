import { randomUUID } from 'node:crypto';
import { callOf, clock, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { GetTopSkillsController } from './get-top-skills.controller';

describe('the most used skills', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  it('merges kinds and versions under one slug, the most used first, then by slug', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([
      use(tenant, { slug: 'one' }),
      use(tenant, { slug: 'two', version: '1.0.0' }),
      use(tenant, { slug: 'two', version: '2.0.0', kind: 'agent', type: 'view' }),
      use(tenant, { slug: 'also-one', at: '2026-03-09T00:00:00Z' }),
      use(tenant, { slug: 'before', at: '2026-03-08T23:59:59Z' }),
    ]);
    const top = (limit: number) =>
      new GetTopSkillsController(telemetry.database, clock).top({ days: 2, limit }, callOf(tenant));
    expect(await top(10)).toEqual([
      { slug: 'two', downloads: 1, views: 1, total: 2 },
      { slug: 'also-one', downloads: 1, views: 0, total: 1 },
      { slug: 'one', downloads: 1, views: 0, total: 1 },
    ]);
    expect(await top(1)).toHaveLength(1);
  });
});
