import { randomUUID } from 'node:crypto';
import type { Signal } from '@loam/contracts/telemetry';
import type { Database, Tx } from '@loam/database';
import { callOf, clock, now, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { RecordingWishes } from './wishes';
import { RecordSignalsController } from './record-signals.controller';
import { SignalRecorder } from './signal-recorder';

describe('recording usage', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  const seenBy = <Row extends object>(tenant: string, sql: string): Promise<Row[]> =>
    telemetry.database.tenant(tenant, (tx) => tx.query<Row[]>(sql));
  const days = (tenant: string) =>
    seenBy(tenant, 'SELECT kind, slug, version, views, downloads FROM usage_days ORDER BY slug, version');

  it('ING-02 counts an id once that is sent 50 times at the same time, and answers each alike', async () => {
    const tenant = randomUUID();
    const one = use(tenant);
    const answers = await Promise.all(Array.from({ length: 50 }, () => telemetry.recorder.record([one])));
    expect(new Set(answers.flat())).toEqual(new Set(['recorded']));
    expect(await seenBy(tenant, 'SELECT event_id FROM usage_facts')).toEqual([{ event_id: one.id }]);
    expect(await days(tenant)).toMatchObject([{ views: 0, downloads: 1 }]);
    expect(await seenBy(tenant, 'SELECT uses, last_used_at FROM usage_totals')).toEqual([
      { uses: '1', last_used_at: now },
    ]);
  });

  it('ING-03 refuses a known id with another body, and keeps the first', async () => {
    const tenant = randomUUID();
    const first = use(tenant);
    const other: Signal = { ...first, slug: 'another' };
    expect(await telemetry.recorder.record([first])).toEqual(['recorded']);
    expect(await telemetry.recorder.record([use(tenant), other, first])).toEqual([
      'recorded',
      'conflict',
      'recorded',
    ]);
    expect(await days(tenant)).toMatchObject([{ slug: 'a-skill', downloads: 2 }]);
  });

  it('ING-03 holds within a batch as well: the first of an id counts', async () => {
    const tenant = randomUUID();
    const first = use(tenant);
    const other: Signal = { ...first, type: 'view' };
    expect(await telemetry.recorder.record([first, other, first])).toEqual([
      'recorded',
      'conflict',
      'recorded',
    ]);
    expect(await days(tenant)).toMatchObject([{ views: 0, downloads: 1 }]);
  });

  it('counts a batch of several tenants for each its own, who see nothing of one another', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const shared = randomUUID();
    const batch = [
      use(one, { id: shared }),
      use(other, { id: shared, type: 'view', version: null }),
      use(one, { kind: 'agent' }),
    ];
    expect(await telemetry.recorder.record(batch)).toEqual(['recorded', 'recorded', 'recorded']);
    expect(await days(one)).toEqual([
      { kind: 'agent', slug: 'a-skill', version: '1.0.0', views: 0, downloads: 1 },
      { kind: 'skill', slug: 'a-skill', version: '1.0.0', views: 0, downloads: 1 },
    ]);
    expect(await days(other)).toEqual([
      { kind: 'skill', slug: 'a-skill', version: '', views: 1, downloads: 0 },
    ]);
    for (const table of ['ids', 'facts', 'quarters', 'days', 'totals', 'changes'])
      expect(await seenBy(other, `SELECT DISTINCT tenant_id FROM usage_${table}`)).toEqual([
        { tenant_id: other },
      ]);
  });

  it('counts uses that were counted together as many, once', async () => {
    const tenant = randomUUID();
    const many = use(tenant, { times: 41 });
    const others = [use(tenant), use(tenant, { type: 'view', times: 3 })];
    expect(await telemetry.recorder.record([many, ...others])).toEqual(Array(3).fill('recorded'));
    expect(await telemetry.recorder.record([many, { ...many, times: 40 }])).toEqual(['recorded', 'conflict']);
    expect(await days(tenant)).toMatchObject([{ views: 3, downloads: 42 }]);
    expect(await seenBy(tenant, 'SELECT uses FROM usage_totals')).toEqual([{ uses: '45' }]);
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('keeps quarters of an hour, UTC days and totals at once', async () => {
    const tenant = randomUUID();
    const times = ['2026-03-09T23:59:59.999Z', '2026-03-10T00:00:00Z', '2026-03-10T00:14:59Z'];
    await telemetry.recorder.record(times.map((at) => use(tenant, { at })));
    expect(
      await seenBy(
        tenant,
        `SELECT to_char(quarter AT TIME ZONE 'UTC', 'DD HH24:MI') AS quarter, downloads FROM usage_quarters ORDER BY 1`,
      ),
    ).toEqual([
      { quarter: '09 23:45', downloads: 1 },
      { quarter: '10 00:00', downloads: 2 },
    ]);
    expect(await days(tenant)).toMatchObject([{ downloads: 1 }, { downloads: 2 }]);
  });

  it('sums exactly and never deadlocks when batches over the same skills meet', async () => {
    const tenants = [randomUUID(), randomUUID()];
    const shuffled = <T>(items: readonly T[]): T[] =>
      items
        .map((item) => [Math.random(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item);
    const slugs = Array.from({ length: 60 }, (_, index) => `skill-${String(index)}`);
    const some = (): Signal[] =>
      shuffled(tenants.flatMap((tenant) => slugs.map((slug) => use(tenant, { slug })))).slice(0, 80);
    const expected = new Map<string, number>();
    for (let round = 0; round < 40; round += 1) {
      const twice = some();
      const batches = [some(), some(), twice, twice.toReversed()];
      await Promise.all(batches.map((uses) => telemetry.recorder.record(uses)));
      for (const { tenant, slug } of batches.slice(0, 3).flat())
        expected.set(`${tenant} ${slug}`, (expected.get(`${tenant} ${slug}`) ?? 0) + 1);
    }
    for (const sql of [
      'SELECT slug, sum(downloads)::int AS uses FROM usage_quarters GROUP BY slug',
      'SELECT slug, downloads AS uses FROM usage_days',
      'SELECT slug, uses::int FROM usage_totals',
      'SELECT slug, count(*)::int AS uses FROM usage_facts GROUP BY slug',
    ]) {
      const found = new Map<string, number>();
      for (const tenant of tenants)
        for (const { slug, uses } of await seenBy<{ slug: string; uses: number }>(tenant, sql))
          found.set(`${tenant} ${slug}`, uses);
      expect(found).toEqual(expected);
    }
  });

  it('takes the same number of statements for one use as for a thousand', async () => {
    let statements = 0;
    const counting = (tx: Tx): Tx => ({
      query: <T>(sql: string, values?: unknown[]) => {
        statements += 1;
        return tx.query<T>(sql, values);
      },
    });
    const database: Pick<Database, 'system' | 'openLanes'> = {
      openLanes: (options) => {
        const lanes = telemetry.database.openLanes(options);
        return {
          run: (statement, values) => {
            statements += 1;
            return lanes.run(statement, values);
          },
        };
      },
      system: <T>(work: (tx: Tx) => Promise<T>) => telemetry.database.system((tx) => work(counting(tx))),
    };
    const recorder = new SignalRecorder(database, clock);
    const taken = async (size: number): Promise<number> => {
      statements = 0;
      await recorder.record(Array.from({ length: size }, () => use(randomUUID())));
      return statements;
    };
    expect(await taken(1000)).toBe(await taken(1));
  });

  it('keeps each month in a partition of its own, which nobody can read around the policies', async () => {
    const tenant = randomUUID();
    const recorder = new SignalRecorder(telemetry.database, () => new Date());
    await recorder.record([use(tenant, { at: new Date().toISOString() })]);
    const [fact] = await seenBy<{ partition: string }>(
      tenant,
      'SELECT tableoid::regclass::text AS partition FROM usage_facts',
    );
    expect(fact?.partition).toBe(`usage_facts_${new Date().toISOString().slice(0, 7).replace('-', '_')}`);
    const direct = (tx: Tx) => tx.query<unknown[]>(`SELECT * FROM ${fact?.partition ?? ''}`);
    await expect(telemetry.database.system(direct)).rejects.toThrow('permission denied');
    await expect(telemetry.database.tenant(tenant, direct)).rejects.toThrow('permission denied');
    await expect(
      telemetry.database.system((tx) => tx.query('SELECT ensure_usage_partitions()')),
    ).resolves.toBeDefined();
    const partitions = await telemetry.server.asSuperuser<{ forced: boolean }>(
      `SELECT relforcerowsecurity AND relrowsecurity AS forced FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent = 'telemetry.usage_facts'::regclass`,
    );
    expect(partitions).toEqual(Array(4).fill({ forced: true }));
  });

  it('is for the gateway alone, and for no tenant but that of a caller who has one', async () => {
    const controller = new RecordSignalsController(
      telemetry.recorder,
      new RecordingWishes(telemetry.database),
    );
    const [tenant, other] = [randomUUID(), randomUUID()];
    const record = (uses: Signal[], call: ReturnType<typeof callOf>) =>
      controller.record({ signals: uses }, call);
    await expect(record([use(tenant)], callOf(null, { issuer: 'registry' }))).rejects.toThrow('forbidden');
    await expect(record([use(tenant), use(other)], callOf(tenant))).rejects.toThrow('forbidden');
    expect(await record([use(tenant), use(other)], callOf(null))).toEqual({
      results: ['recorded', 'recorded'],
    });
  });
});
