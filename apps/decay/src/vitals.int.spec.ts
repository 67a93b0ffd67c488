import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { scoreAt, scoreKey } from './count-uses';
import {
  archived,
  published,
  renamed,
  testDecay,
  unarchived,
  used,
  type TestDecay,
  type Told,
} from './decay.fixtures';

describe('the vitals of a skill', () => {
  let decay: TestDecay;
  beforeAll(async () => (decay = await testDecay()));
  afterAll(() => decay.server.close());

  const rowsOf = (tenant: string) =>
    decay.database.tenant(tenant, async (tx) => [
      // How many events it took depends on how many were late; nothing else may.
      await tx.query<unknown[]>(
        "SELECT to_jsonb(v) - 'revision' - 'tenant_id' AS row FROM vitals v ORDER BY 1",
      ),
      await tx.query<unknown[]>("SELECT to_jsonb(v) - 'tenant_id' AS row FROM versions v ORDER BY 1"),
      await tx.query<unknown[]>("SELECT to_jsonb(d) - 'tenant_id' AS row FROM usage_days d ORDER BY 1"),
    ]);

  const afterAllOf = async (events: readonly Told[], tenant: string) => {
    for (const event of events) await decay.deliver({ ...event, tenant });
    return rowsOf(tenant);
  };

  const story: readonly Told[] = [
    published('', '1.0.0'),
    used('', 1),
    used('', 1, { version: null }),
    published('', '1.1.0', { at: '2026-01-03T00:00:00Z' }),
    used('', 3),
    used('', 7),
    used('', 2, { day: '2026-01-04', version: '1.1.0' }),
    published('', '2.0.0-rc.1', { at: '2026-01-05T00:00:00Z' }),
    archived('', 3, '1.0.0', '1.1.0'),
    archived('', 4, '1.1.0', '2.0.0-rc.1'),
    unarchived('', 5, '1.0.0'),
    published('', '1.0.0', { slug: 'b-skill' }),
  ];

  it('tell the latest live version and all use', async () => {
    const [items] = await afterAllOf(story, randomUUID());
    const common = { kind: 'skill', live: true, latest_version: '1.0.0', description: 'what 1.0.0 does' };
    const created_at = '2026-01-01T00:00:00+00:00';
    expect(items).toMatchObject([
      {
        row: {
          ...common,
          slug: 'a-skill',
          use_count: 10,
          last_used_at: '2026-01-04T00:00:02+00:00',
          created_at,
        },
      },
      { row: { ...common, slug: 'b-skill', use_count: 0, last_used_at: '-infinity', created_at } },
    ]);
  });

  it('DEC-01 are the same in whatever order and however often the events come', async () => {
    const expected = await afterAllOf(story, randomUUID());
    const repeated = fc.tuple(
      fc.shuffledSubarray([...story], { minLength: story.length }),
      fc.array(fc.constantFrom(...story), { maxLength: 8 }),
    );
    const anyTelling = repeated.chain(([once, again]) =>
      fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }),
    );
    await fc.assert(
      fc.asyncProperty(anyTelling, async (events) => {
        expect(await afterAllOf(events, randomUUID())).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('DEC-02 one more use never makes the score worse, whenever it was and whatever came before', async () => {
    const use = fc.record({ day: fc.integer({ min: 0, max: 700 }), uses: fc.integer({ min: 1, max: 500 }) });
    const keyOf = async (tenant: string): Promise<number> => {
      const [row] = await decay.database.tenant(tenant, (tx) =>
        tx.query<{ score_key: number }[]>('SELECT score_key FROM vitals'),
      );
      return row?.score_key ?? -Infinity;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(use, { minLength: 1, maxLength: 8 }), async (uses) => {
        const tenant = randomUUID();
        const totals = new Map<string, number>();
        let before = -Infinity;
        for (const { day: after, uses: more } of uses) {
          const day = new Date(Date.UTC(2025, 0, 1 + after)).toISOString().slice(0, 10);
          totals.set(day, (totals.get(day) ?? 0) + more);
          await decay.deliver(used(tenant, totals.get(day) ?? 0, { day }));
          const now = await keyOf(tenant);
          expect(now).toBeGreaterThanOrEqual(before);
          before = now;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keep a sketch of all projects that used it, whatever the days, versions and names they are told with', async () => {
    const number = fc.integer({ min: 0, max: 300 }).map((small) => small * 2 ** 39);
    const telling = fc.record({
      projects: fc.uniqueArray(number, { maxLength: 64 }),
      day: fc.constantFrom('2026-01-02', '2026-01-03'),
      version: fc.constantFrom('1.0.0', null),
      slug: fc.constantFrom('a-skill', 'b-skill'),
    });
    const sketchOf = async (tenant: string) => {
      const rows = await decay.database.tenant(tenant, (tx) =>
        tx.query<{ slug: string; used_in: string[] }[]>(
          "SELECT slug, used_in FROM vitals WHERE slug = 'b-skill'",
        ),
      );
      return rows.map(({ used_in }) => used_in.map(Number));
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(telling, { minLength: 1, maxLength: 12 }),
        fc.nat({ max: 12 }),
        fc.boolean(),
        async (tellings, renamedAfter, atOnce) => {
          const tenant = randomUUID();
          const told = tellings.map(({ projects, ...said }, index) =>
            used(tenant, index + 1, { ...said, projects: projects.toSorted((one, other) => one - other) }),
          );
          const deliver = async (some: typeof told) => {
            if (atOnce && some.length > 0) await decay.deliverUses(tenant, some);
            else for (const event of some) await decay.deliver(event);
          };
          await decay.deliver(published(tenant, '1.0.0', { slug: 'b-skill' }));
          await deliver(told.slice(0, renamedAfter));
          for (const event of renamed(tenant, 3, { from: 'a-skill', to: 'b-skill' }))
            await decay.deliver(event);
          await deliver(told.slice(renamedAfter));
          const all = new Set(tellings.flatMap(({ projects }) => projects));
          expect(await sketchOf(tenant)).toEqual([
            [...all].toSorted((one, other) => one - other).slice(0, 64),
          ]);
        },
      ),
      { numRuns: 25 },
    );
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('keep a score that is the sum of all uses, each halved every 30 days', async () => {
    const tenant = randomUUID();
    await decay.deliver(published(tenant, '1.0.0'));
    await decay.deliver(used(tenant, 8, { day: '2026-01-02' }));
    await decay.deliver(used(tenant, 3, { day: '2026-03-03' }));
    const [row] = await decay.database.tenant(tenant, (tx) =>
      tx.query<{ score_key: number }[]>('SELECT score_key FROM vitals'),
    );
    const at = new Date('2026-03-03T00:00:00Z');
    expect(scoreAt(row?.score_key ?? 0, at)).toBeCloseTo(8 / 4 + 3, 9);
    expect(scoreKey(5, at)).toBeCloseTo(row?.score_key ?? 0, 9);
  });

  it('DEC-01 go on under a new name with all use, also with what is told of an old one before and after', async () => {
    const names = (tenant: string) => [
      ...renamed(tenant, 3, { from: 'a-skill', to: 'b-skill' }),
      ...renamed(tenant, 4, { from: 'b-skill', to: 'c-skill' }),
    ];
    const told = (tenant: string): Told[] => [
      published(tenant, '1.0.0'),
      used(tenant, 4),
      ...names(tenant),
      used(tenant, 6),
      used(tenant, 2, { slug: 'b-skill' }),
      used(tenant, 3, { slug: 'c-skill', day: '2026-01-04' }),
    ];
    const of = async (tenant: string) => {
      const [items, , days] = await rowsOf(tenant);
      return { items, days };
    };
    const orderly = randomUUID();
    for (const event of told(orderly)) await decay.deliver(event);
    const expected = await of(orderly);
    expect(expected.items).toMatchObject([
      { row: { slug: 'a-skill', use_count: 0, live: false, last_used_at: '-infinity' } },
      { row: { slug: 'b-skill', use_count: 0, live: false } },
      { row: { slug: 'c-skill', use_count: 11, live: true, last_used_day: '2026-01-04' } },
    ]);
    const indexes = told('').map((_, index) => index);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(indexes, { minLength: indexes.length }), async (order) => {
        const tenant = randomUUID();
        const events = told(tenant);
        for (const index of order) {
          const event = events[index];
          if (event !== undefined) await decay.deliver(event);
        }
        expect(await of(tenant)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('keep where the item stands when it gets another name', async () => {
    const tenant = randomUUID();
    decay.set('2026-06-01T12:00:00Z');
    await decay.deliver(published(tenant, '1.0.0'));
    await decay.deliver(used(tenant, 5, { slug: 'busy', day: '2026-06-01' }));
    await decay.setPolicy(tenant, {
      policies: [{ kind: 'skill', rules: { unused: { days: 30, max_uses: 9 } } }],
    });
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 1 });
    for (const event of renamed(tenant, 3, { from: 'a-skill', to: 'b-skill' })) await decay.deliver(event);
    const stands = await decay.database.tenant(tenant, (tx) =>
      tx.query<unknown[]>("SELECT slug, state, rules FROM vitals WHERE slug <> 'busy' ORDER BY slug"),
    );
    expect(stands).toEqual([
      { slug: 'a-skill', state: 'archived', rules: [] },
      { slug: 'b-skill', state: 'candidate', rules: ['unused'] },
    ]);
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 0, cleared: 0 });
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('survive that reactions meet: who comes second is delivered again', async () => {
    const tenant = randomUUID();
    const deliver = async (event: Told): Promise<void> => {
      for (;;) {
        const [result] = await Promise.allSettled([decay.deliver({ ...event, tenant })]);
        if (result?.status === 'fulfilled') return;
        expect(result?.reason).toMatchObject({ code: 'stream-conflict' });
      }
    };
    await Promise.all(story.map(deliver));
    expect(await rowsOf(tenant)).toEqual(await afterAllOf(story, randomUUID()));
  });

  describe('in the replay check', () => {
    it('differ nowhere from what the log says', async () => {
      await afterAllOf(story, randomUUID());
      expect(await decay.check()).toMatchObject({ differing: 0 });
    });

    it.each([
      ['vitals', 'use_count = 99', {}],
      ['versions', 'retired = NOT retired', { version: '1.0.0' }],
      ['usage_days', 'views = 99', { version: '1.0.0', day: '2026-01-02', told_as: '' }],
    ])('report a row of %s that was changed, removed or added, by its key', async (table, change, rest) => {
      const { server } = decay;
      const [changed, removed, added] = [randomUUID(), randomUUID(), randomUUID()];
      const rows = `decay.${table}`;
      for (const tenant of [changed, removed])
        await afterAllOf([published('', '1.0.0'), used('', 1)], tenant);
      await server.asSuperuser(
        `CREATE TABLE kept AS SELECT * FROM ${rows};
         INSERT INTO ${rows} SELECT (jsonb_populate_record(r, '{"tenant_id": "${added}"}')).* FROM ${rows} r WHERE tenant_id = '${changed}';
         UPDATE ${rows} SET ${change} WHERE tenant_id = '${changed}';
         DELETE FROM ${rows} WHERE tenant_id = '${removed}'`,
      );
      const report = await decay.check();
      await server.asSuperuser(`TRUNCATE ${rows}; INSERT INTO ${rows} SELECT * FROM kept; DROP TABLE kept`);
      const entry = (tenant: string, difference: string, columns: string[] = []) => ({
        ...{ table, difference, columns },
        key: { tenant_id: tenant, kind: 'skill', slug: 'a-skill', ...rest },
      });
      expect(report.differing).toBe(3);
      expect(report.differences).toEqual(
        expect.arrayContaining([
          entry(changed, 'different', change.split(' ').slice(0, 1)),
          entry(removed, 'missing'),
          entry(added, 'unexpected'),
        ]),
      );
    });
  });
});
