import { randomUUID } from 'node:crypto';
import { fact } from '@loam/contracts/define';
import { RegressionDetected } from '@loam/contracts/telemetry';
import { NO_STREAM } from '@loam/event-store';
import { testContext } from '@loam/testing';
import { usagePolicyDefaults } from '@loam/contracts/usage';
import { policyStream, UsagePolicySet } from './policy.stream';
import { publishUsage } from './publish-usage/publish-usage';
import { SkillHeardOf, skillStream, usageStream } from './skill.stream';
import { testTelemetry, use, type TestTelemetry } from './telemetry.fixtures';

describe('the replay check of telemetry', () => {
  let telemetry: TestTelemetry;
  const [changed, removed, added] = [randomUUID(), randomUUID(), randomUUID()];
  const item = { kind: 'skill', slug: 'a-skill' } as const;
  const invocation = randomUUID();
  const regressed = { kind: 'skill', slug: 'regressed' } as const;
  const outcomes = { successes: 0, others: 20 };
  const regression = {
    ...{ version: '1.0.0', than: '0.9.0', probability: 1, margin: 0 },
    ...{ earlier: outcomes, later: outcomes },
  };

  beforeAll(async () => {
    telemetry = await testTelemetry();
    for (const tenant of [changed, removed]) {
      const keys = ['tool:t1', 'prompt:s1/p1/a-skill'];
      await telemetry.recorder.record([
        use(tenant, { project: '1'.repeat(32) }),
        use(tenant, { type: 'view' }),
        use(tenant, { type: 'activation', keys }),
        use(tenant, { type: 'started', invocation }),
      ]);
      await telemetry.recorder.record([use(tenant), use(tenant, { at: '2024-01-01T00:00:00Z' })]);
      await telemetry.store.transaction(testContext(tenant), (unit) =>
        unit.append(
          { stream: skillStream(tenant, item), expected: NO_STREAM, facts: [fact(SkillHeardOf, item)] },
          {
            ...{ stream: policyStream(tenant), expected: NO_STREAM },
            facts: [fact(UsagePolicySet, usagePolicyDefaults)],
          },
          {
            ...{ stream: usageStream(tenant, regressed), expected: NO_STREAM },
            facts: [fact(RegressionDetected, { ...regressed, ...regression })],
          },
        ),
      );
    }
    await publishUsage(telemetry.store);
  });
  afterAll(() => telemetry.server.close());

  it('finds no difference between what batches counted and what all facts come to', async () => {
    const report = await telemetry.check();
    expect(report).toMatchObject({ differing: 0 });
    for (const { table, rows } of report.tables)
      expect({ table, rows }).toEqual({
        ...{ table, rows: ['activation_keys', 'usage_streams'].includes(table) ? 4 : 2 },
      });
  });

  it.each([
    ['known_skills', "kind = 'agent'", {}],
    ['usage_streams', 'revision = 7', {}],
    ['told_stats', 'uses = 7', {}],
    ['usage_quarters', 'views = 7', { quarter: '2026-03-10T12:00:00+00:00', version: '1.0.0' }],
    ['usage_days', 'downloads = 7', { day: '2026-03-10', version: '1.0.0' }],
    ['usage_totals', 'uses = 7', {}],
  ])('reports a row of %s that was changed, removed or added, by its key', async (table, change, rest) => {
    const { server } = telemetry;
    const rows = `telemetry.${table}`;
    await server.asSuperuser(
      `CREATE TABLE kept AS SELECT * FROM ${rows};
       INSERT INTO ${rows} SELECT (jsonb_populate_record(r, '{"tenant_id": "${added}"}')).* FROM ${rows} r WHERE tenant_id = '${changed}';
       UPDATE ${rows} SET ${change} WHERE tenant_id = '${changed}';
       DELETE FROM ${rows} WHERE tenant_id = '${removed}'`,
    );
    const report = await telemetry.check();
    await server.asSuperuser(`TRUNCATE ${rows}; INSERT INTO ${rows} SELECT * FROM kept; DROP TABLE kept`);
    const found = report.differences.map(({ table: of, key, difference }) => [of, difference, key]);
    const key = (tenant: string) => ({ tenant_id: tenant, ...item, ...rest });
    expect(found).toContainEqual([table, 'missing', key(removed)]);
    expect(found).toContainEqual([table, 'unexpected', key(added)]);
    if (table === 'known_skills') {
      // All of it is key, so a changed row is one that is missing and one too many.
      expect(found).toContainEqual([table, 'missing', key(changed)]);
      expect(found).toContainEqual([table, 'unexpected', { ...key(changed), kind: 'agent' }]);
    } else expect(found).toContainEqual([table, 'different', key(changed)]);
    // Of usage_streams there are two rows for each tenant; of known_skills a changed one counts twice.
    const planted = new Map([
      ['known_skills', 4],
      ['usage_streams', 6],
    ]);
    expect(report.differing).toBe(planted.get(table) ?? 3);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });
});
