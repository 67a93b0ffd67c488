import { randomUUID } from 'node:crypto';
import type { EventData } from '@loam/contracts/define';
import { SkillUsed } from '@loam/contracts/telemetry';
import { eventually } from '@loam/testing';
import { now, testTelemetry, use, type TestTelemetry } from '../telemetry.fixtures';
import { publishAsLeader } from './publish-as-leader';
import { publishUsage } from './publish-usage';

type Told = EventData<typeof SkillUsed>;

describe('publishing usage', () => {
  let telemetry: TestTelemetry;
  beforeEach(async () => (telemetry = await testTelemetry()));
  afterEach(() => telemetry.server.close());

  const told = async (tenant: string): Promise<Told[]> => {
    const rows = await telemetry.database.tenant(tenant, (tx) =>
      tx.query<{ data: unknown }[]>(
        "SELECT data FROM events WHERE type = 'telemetry.skill-used' ORDER BY stream, revision",
      ),
    );
    return rows.map(({ data }) => SkillUsed.schema.parse(data));
  };

  it('tells the totals of each version and day so far, once', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([
      use(tenant),
      use(tenant, { type: 'view', at: '2026-03-10T13:00:00Z' }),
      use(tenant, { type: 'view', at: '2026-03-10T11:00:00Z' }),
      use(tenant, { version: null }),
      use(tenant, { slug: 'b-skill', at: '2026-03-09T11:00:00Z' }),
    ]);
    await publishUsage(telemetry.store);
    await publishUsage(telemetry.store);
    const nothing = {
      ...{ views: 0, downloads: 0, installs: 0, activations: 0, invocations: 0 },
      ...{ successes: 0, partials: 0, failures: 0, corrections: 0, cost: 0 },
    };
    const skill = { kind: 'skill', slug: 'a-skill', day: '2026-03-10', lastUsedAt: now.toISOString() };
    expect(await told(tenant)).toEqual([
      { ...nothing, ...skill, version: null, sequence: 1, downloads: 1 },
      // One hour ahead cannot be, so it happened when it was received.
      { ...nothing, ...skill, version: '1.0.0', sequence: 2, views: 2, downloads: 1 },
      {
        ...{
          ...nothing,
          ...skill,
          slug: 'b-skill',
          day: '2026-03-09',
          lastUsedAt: '2026-03-09T11:00:00.000Z',
        },
        ...{ version: '1.0.0', sequence: 1, downloads: 1 },
      },
    ]);
  });

  it('tells which projects used an item on a day, whatever its version, and of many the smallest', async () => {
    const tenant = randomUUID();
    const named = (slug: string, ...numbers: number[]) =>
      numbers.map((number) => {
        const project = `${number.toString(16).padStart(12, '0')}${'f'.repeat(20)}`;
        return use(tenant, { slug, project, version: `${String(number % 2)}.0.0` });
      });
    const many = Array.from({ length: 100 }, (_, index) => index * 2 ** 40);
    await telemetry.recorder.record([
      ...[...named('a-skill', 2 ** 48 - 1, 7, 7, 300), ...named('b-skill', ...many)],
      ...[use(tenant, { at: '2026-03-09T00:00:00Z' }), use(randomUUID(), { project: '0'.repeat(32) })],
    ]);
    await publishUsage(telemetry.store);
    const projects = (await told(tenant)).map(({ slug, version, day, projects: some }) => [
      ...[slug, version, day, some],
    ]);
    expect(projects).toEqual([
      ['a-skill', '1.0.0', '2026-03-09', undefined],
      ['a-skill', '0.0.0', '2026-03-10', [7, 300, 2 ** 48 - 1]],
      ['a-skill', '1.0.0', '2026-03-10', [7, 300, 2 ** 48 - 1]],
      ['b-skill', '0.0.0', '2026-03-10', many.slice(0, 64)],
    ]);
  });

  it('tells what has changed since, and keeps tenants apart', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await telemetry.recorder.record([use(one), use(other)]);
    await publishUsage(telemetry.store);
    await telemetry.recorder.record([use(one)]);
    await publishUsage(telemetry.store);
    expect((await told(one)).map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect((await told(other)).map(({ sequence }) => sequence)).toEqual([1]);
  });

  it('publishes all of it where there is more than fits a batch', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record(
      Array.from({ length: 1001 }, (_, index) => use(tenant, { slug: `s-${String(index)}` })),
    );
    await publishUsage(telemetry.store);
    expect(await told(tenant)).toHaveLength(1001);
  });

  it('loses no use that comes in while it publishes', async () => {
    const tenant = randomUUID();
    const slugs = Array.from({ length: 20 }, (_, index) => `s-${String(index)}`);
    let recording = true;
    const publishing = async () => {
      while (recording) await publishUsage(telemetry.store);
    };
    const record = async () => {
      for (let round = 0; round < 50; round += 1)
        await telemetry.recorder.record(slugs.map((slug) => use(tenant, { slug })));
    };
    const published = publishing();
    await Promise.all([record(), record()]);
    recording = false;
    await published;
    await publishUsage(telemetry.store);
    const last = new Map((await told(tenant)).map(({ slug, downloads }) => [slug, downloads]));
    expect(last).toEqual(new Map(slugs.toSorted().map((slug) => [slug, 100])));
    expect(await telemetry.check()).toMatchObject({ differing: 0 });
  });

  it('tells a use once more that came in between reading the totals and taking the mark away', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([use(tenant), use(tenant, { slug: 'b-skill' })]);
    const { store, recorder } = telemetry;
    await publishUsage({
      database: store.database,
      transaction: (context, work) =>
        store.transaction(context, (unit) =>
          work({
            ...unit,
            append: async (...appends) => {
              const events = await unit.append(...appends);
              await recorder.record([use(tenant)]);
              return events;
            },
          }),
        ),
    });
    await publishUsage(store);
    expect((await told(tenant)).map(({ slug, sequence }) => [slug, sequence])).toEqual([
      ['a-skill', 1],
      ['a-skill', 3],
      ['b-skill', 1],
    ]);
  });

  it('waits for nobody who is recording, whose use is told when it is there', async () => {
    const tenant = randomUUID();
    await telemetry.recorder.record([use(tenant)]);
    await telemetry.database.system(async (tx) => {
      await tx.query(
        `INSERT INTO usage_changes (tenant_id, day, kinds, slugs, versions)
         VALUES ($1, '2026-03-10', '{skill}', '{a-skill}', '{1.0.0}')`,
        [tenant],
      );
      await publishUsage(telemetry.store);
    });
    expect(await told(tenant)).toHaveLength(1);
    await publishUsage(telemetry.store);
    expect(await told(tenant)).toHaveLength(2);
  });

  it('has one process at a time publish, and another one as soon as that is gone', async () => {
    const tenant = randomUUID();
    const [first, second] = [new AbortController(), new AbortController()];
    const running = [first, second].map(({ signal }) => publishAsLeader(telemetry.store, 20, signal));
    const leaders = () =>
      telemetry.server.asSuperuser<{ held: number }>(
        `SELECT count(*)::int AS held FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
    for (const sequence of [1, 3]) {
      await telemetry.recorder.record([use(tenant)]);
      await eventually(async () => {
        expect((await told(tenant)).at(-1)).toMatchObject({ sequence });
      });
      // The first may have told of it as its last act.
      await eventually(async () => expect(await leaders()).toEqual([{ held: 1 }]));
      if (sequence === 1) first.abort();
    }
    second.abort();
    await Promise.all(running);
  });
});
