import { randomUUID } from 'node:crypto';
import type { BlobStore } from '@loam/blobs';
import { readFacts } from './fact-archive';
import { SetPolicyController } from './set-policy/set-policy.controller';
import { callOf, testTelemetry, use, type TestTelemetry } from './telemetry.fixtures';
import { retainUsage } from './retain-usage/retain-usage';

/** When the facts of these tests, of March 2026 and before, are all older than anybody keeps them. */
const LATER = new Date('2028-06-15T00:00:00Z');
const SOON = new Date('2026-06-15T00:00:00Z');
const MONTHS = ['2026-01', '2026-02', '2026-03'];

describe('the retention of facts', () => {
  let telemetry: TestTelemetry;
  beforeEach(async () => {
    telemetry = await testTelemetry();
    const owner = await ownerOfFacts();
    for (const month of MONTHS) {
      const table = `telemetry.usage_facts_${month.replace('-', '_')}`;
      await telemetry.server.asSuperuser(
        `CREATE TABLE ${table} PARTITION OF telemetry.usage_facts
           FOR VALUES FROM ('${month}-01Z') TO (timestamptz '${month}-01Z' + interval '1 month');
         ALTER TABLE ${table} OWNER TO "${owner}"`,
      );
    }
  });
  afterEach(() => telemetry.server.close());

  const ownerOfFacts = async (): Promise<string> => {
    const [row] = await telemetry.server.asSuperuser<{ owner: string }>(
      "SELECT tableowner AS owner FROM pg_tables WHERE schemaname = 'telemetry' AND tablename = 'usage_facts'",
    );
    return row?.owner ?? '';
  };
  const retain = (now: Date, blobs: BlobStore = telemetry.blobs) =>
    retainUsage({ database: telemetry.database, blobs, now, signal: new AbortController().signal });
  const count = async (table: string): Promise<number> => {
    const [row] = await telemetry.server.asSuperuser<{ n: number }>(
      `SELECT count(*)::int AS n FROM telemetry.${table}`,
    );
    return row?.n ?? 0;
  };
  const invocation = randomUUID();
  const told = (tenant: string) => [
    ...['2026-01-10', '2026-02-10', '2026-03-09'].map((day) => use(tenant, { at: `${day}T10:00:00.000Z` })),
    use(tenant, { at: '2026-01-12T10:00:00.000Z', type: 'started', invocation }),
    use(tenant, { at: '2026-03-09T11:00:00.000Z', type: 'ended', invocation, outcome: 'success' }),
    use(tenant, { at: '2025-12-01T00:00:00.000Z', keys: ['tool:1'], type: 'activation' }),
  ];

  it('drops the months that nobody keeps, archives them first, and the sums outlive them', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await telemetry.recorder.record([...told(one), ...told(other)]);
    const days = await count('usage_days');
    // Of December there is no month of its own, so that it goes with what is deleted.
    expect(await retain(LATER)).toEqual({ months: 3, facts: 12, ids: 12 });
    expect(await count('usage_facts')).toBe(0);
    expect(await count('usage_days')).toBe(days);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
    const partitions = await telemetry.server.asSuperuser(
      "SELECT 1 FROM pg_class WHERE relname ~ '^usage_facts_2026_0[123]$'",
    );
    expect(partitions).toEqual([]);
    expect(await retain(LATER)).toEqual({ months: 0, facts: 0, ids: 0 });
  });

  it('archives and deletes what one tenant wants to keep for a shorter time, and of nobody else', async () => {
    const [short, long] = [randomUUID(), randomUUID()];
    await telemetry.recorder.record([...told(short), ...told(long)]);
    await new SetPolicyController(telemetry.store).set({ retentionDays: 100 }, callOf(short));
    // 100 days before are the 7th of March.
    expect(await retain(SOON)).toEqual({ months: 0, facts: 4, ids: 0 });
    const left = await telemetry.server.asSuperuser<{ tenant_id: string; n: number }>(
      'SELECT tenant_id, count(*)::int AS n FROM telemetry.usage_facts GROUP BY 1 ORDER BY n',
    );
    expect(left).toEqual([
      { tenant_id: short, n: 2 },
      { tenant_id: long, n: 6 },
    ]);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it.each(['put', 'get'] as const)('loses and doubles nothing when it dies at a %s', async (step) => {
    const tenants = [randomUUID(), randomUUID()];
    await telemetry.recorder.record(tenants.flatMap(told));
    for (let survived = 0; survived < 4; survived += 1) {
      let calls = 0;
      const dying = new Proxy(telemetry.blobs, {
        get: (blobs, name: keyof BlobStore) => {
          if (name === step && (calls += 1) > survived) throw new Error('the process died');
          const value = blobs[name];
          return typeof value === 'function' ? value.bind(blobs) : value;
        },
      });
      await expect(retain(LATER, dying)).rejects.toThrow('the process died');
      expect(await telemetry.check()).toMatchObject({ differing: 0 });
    }
    await retain(LATER);
    expect(await count('usage_facts')).toBe(0);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('keeps the facts where the archive does not hold what was written, and tells of one that is damaged', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record(told(tenant));
    const forgetful = new Proxy(telemetry.blobs, {
      get: (blobs, name: keyof BlobStore) => {
        if (name === 'get') return async () => undefined;
        const value = blobs[name];
        return typeof value === 'function' ? value.bind(blobs) : value;
      },
    });
    await expect(retain(LATER, forgetful)).rejects.toThrow('is gone');
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
    await retain(LATER);
    const [archive] = await telemetry.server.asSuperuser<{ key: string; sha256: string }>(
      'SELECT key, sha256 FROM telemetry.usage_archives ORDER BY key LIMIT 1',
    );
    const { key = '', sha256 = '' } = archive ?? {};
    const lines = [];
    for await (const line of readFacts(telemetry.blobs, { key, sha256 })) lines.push(JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ tenant_id: tenant, slug: 'a-skill' }));
    await telemetry.blobs.put(key, Buffer.from('nonsense'));
    await expect(telemetry.check()).rejects.toThrow();
  });

  it('forgets ids after 400 days, and none before', async () => {
    const tenant = randomUUID();
    const uses = Array.from({ length: 3 }, () => use(tenant));
    await telemetry.recorder.record(uses);
    await telemetry.server.asSuperuser(
      `UPDATE telemetry.usage_ids SET claimed_on = '2025-01-01' WHERE event_id = '${uses[0]?.id ?? ''}'`,
    );
    expect(await retain(SOON)).toMatchObject({ ids: 1 });
    expect(await count('usage_ids')).toBe(2);
  });
});
