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
      new GetTopSkillsController(telemetry.database, clock).top(
        { days: 2, limit, filter: {} },
        callOf(tenant),
      );
    expect(await top(10)).toEqual([
      { slug: 'two', downloads: 1, views: 1, total: 2 },
      { slug: 'also-one', downloads: 1, views: 0, total: 1 },
      { slug: 'one', downloads: 1, views: 0, total: 1 },
    ]);
    expect(await top(1)).toHaveLength(1);
  });

  it('are those of a kind, version, project or trigger alone, where it is asked for', async () => {
    const tenant = randomUUID();
    const project = '1'.repeat(32);
    await telemetry.recorder.record([
      use(tenant, { slug: 'one', project, trigger: 'user-slash' }),
      use(tenant, { slug: 'two', version: '2.0.0', kind: 'agent' }),
      use(tenant, { slug: 'three', version: '2.0.0', project }),
      use(tenant, { slug: 'three', project, at: '2026-03-01T00:00:00Z' }),
    ]);
    const top = async (filter: object) =>
      (
        await new GetTopSkillsController(telemetry.database, clock).top(
          { days: 2, limit: 10, filter },
          callOf(tenant),
        )
      ).map(({ slug, total }) => [slug, total]);
    expect(await top({ kind: 'agent' })).toEqual([['two', 1]]);
    expect(await top({ version: '2.0.0' })).toEqual([
      ['three', 1],
      ['two', 1],
    ]);
    expect(await top({ project })).toEqual([
      ['one', 1],
      ['three', 1],
    ]);
    expect(await top({ project, trigger: 'user-slash' })).toEqual([['one', 1]]);
  });
});
