import { randomUUID } from 'node:crypto';
import { fact } from '@loam/contracts/define';
import {
  BundleBlocked,
  SkillArchived,
  SkillErased,
  SkillPublished,
  SkillScanned,
} from '@loam/contracts/registry';
import { SkillStats, SkillUsed } from '@loam/contracts/telemetry';
import type { Database } from '@loam/database';
import { EventCatalog, EventStore } from '@loam/event-store';
import { quantise, type Search } from '@loam/search';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { catalog } from './catalog.projection';
import { registryMigrations } from './registry.migrations';
import { findUnindexed, forgetErased, keepTexts, unindexedTenants } from './search-documents';
import { SearchEngine, type EngineTask } from './search-engine';
import { skillStream } from './skill.stream';
import { TenantSearch } from './tenant-search';
import { WatchStatsController } from './watch-stats/watch-stats.controller';
import { WatchUseController } from './watch-use/watch-use.controller';

const events = new EventCatalog([SkillPublished, SkillScanned, SkillArchived, SkillErased, BundleBlocked]);
const provider = { id: 'p-1', dimensions: 2 };
const asked: Search = {
  ...{ mode: 'ranked', text: '', semantic: null, limit: 50, after: null, facets: false },
  narrowing: { kinds: ['skill'], tags: [], author: null, statuses: ['published'] },
};

describe('the search of a tenant', () => {
  let server: TestDatabase;
  let database: Database;
  let store: EventStore;

  beforeAll(async () => {
    server = await testDatabase('registry');
    database = await server.open('registry', registryMigrations);
    store = new EventStore({ database, catalog: events, inline: [catalog], clock: () => new Date() });
  });
  afterAll(() => server.close());

  /** A search whose thread is this one, and what it is asked to do. */
  const newSearch = (mostBytes = 1e9) => {
    let engine = new SearchEngine();
    const tasks: EngineTask[] = [];
    const search = new TenantSearch({
      ...{ database, provider, mostBytes, storedVectors: false },
      run: async (task) => {
        tasks.push(task);
        return engine.handle(task);
      },
    });
    const lose = (): void => {
      engine = new SearchEngine();
    };
    const slugs = async (tenant: string, text: string, more: Partial<Search> = {}) =>
      (await search.search(tenant, { ...asked, text, ...more })).hits.map(({ slug }) => slug);
    return { slugs, lose, tasks, warm: () => search.warm() };
  };

  const publish = (tenant: string, slug: string, description: string, version = '1.0.0') => {
    const item = { kind: 'skill' as const, slug };
    const sha256 = Buffer.from(`${tenant}${slug}${version}`).toString('hex').padEnd(64, '0').slice(0, 64);
    return store.transaction(testContext(tenant), async (unit) => {
      const before = await unit.readStream(skillStream(tenant, item));
      await unit.append({
        stream: skillStream(tenant, item),
        expected: before.length - 1,
        facts: [
          fact(SkillPublished, {
            ...{ ...item, version, name: slug, description, descriptionDerived: false, whenToUse: null },
            ...{
              tags: [],
              requires: [],
              sha256,
              bytes: 1,
              fingerprint: `sha256:${sha256}`,
              uploadSha256: sha256,
            },
            ...{ files: 1, draftId: null, changes: null },
          }),
          fact(SkillScanned, {
            ...{ ...item, version, sha256, ruleSet: 'r', verdict: 'pass', blastRadius: 'low' },
            ...{ findings: [], findingsTotal: 0, capabilities: [] },
          }),
        ],
      });
      return sha256;
    });
  };
  const happen = (tenant: string, stream: string, ...facts: ReturnType<typeof fact>[]) =>
    store.transaction(testContext(tenant), async (unit) => {
      const before = await unit.readStream(stream);
      await unit.append({ stream, expected: before.length - 1, facts });
    });
  const text = (slug: string, version: string, body: string, vector = [1, 0]) => ({
    ...{ kind: 'skill', slug, version, name: '', body, provider: provider.id, vector: quantise(vector) },
  });

  it('knows at once what is published, changed, withdrawn and blocked, and of this tenant only', async () => {
    const [tenant, other] = [randomUUID(), randomUUID()];
    const { slugs } = newSearch();
    const sha256 = await publish(tenant, 'sowing', 'Puts seed into earth.');
    await publish(other, 'foreign', 'Puts seed into earth.');
    expect(await slugs(tenant, 'seed')).toEqual(['sowing']);
    await publish(tenant, 'sowing', 'Puts corn into earth.', '2.0.0');
    expect(await slugs(tenant, 'seed')).toEqual([]);
    expect(await slugs(tenant, 'corn')).toEqual(['sowing']);
    const stream = skillStream(tenant, { kind: 'skill', slug: 'sowing' });
    await happen(tenant, stream, fact(SkillArchived, { kind: 'skill', slug: 'sowing', versions: ['2.0.0'] }));
    expect(await slugs(tenant, 'seed')).toEqual(['sowing']);
    await happen(tenant, `bundle:${tenant}:${sha256}`, fact(BundleBlocked, { sha256, reason: 'bad' }));
    expect(await slugs(tenant, 'earth')).toEqual([]);
    const held = { narrowing: { ...asked.narrowing, statuses: ['held', 'archived'] } };
    // What it said of itself is withheld; its name is not.
    expect(await slugs(tenant, 'earth', held)).toEqual([]);
    expect(await slugs(tenant, 'sowing', held)).toEqual(['sowing']);
  });

  it('sees a commit beside a transaction that is still open', async () => {
    const tenant = randomUUID();
    const { slugs } = newSearch();
    await slugs(tenant, '');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let started = (): void => undefined;
    const writing = new Promise<void>((resolve) => (started = resolve));
    const open = database.tenant(randomUUID(), async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      started();
      await released;
    });
    await writing;
    for (const slug of ['one', 'two', 'three']) {
      await publish(tenant, slug, 'Counts.');
      expect(await slugs(tenant, slug)).toEqual([slug]);
    }
    release();
    await open;
  });

  it('finds bodies and vectors once they are kept, and none of another provider', async () => {
    const tenant = randomUUID();
    const { slugs } = newSearch();
    await publish(tenant, 'sowing', 'Puts seed into earth.');
    await publish(tenant, 'reaping', 'Cuts corn.');
    const semantic = {
      semantic: { vector: quantise([1, 0]), least: 0.5, alone: 0.5, worth: 1 },
      mode: 'similar',
    } as const;
    expect(await slugs(tenant, 'almanac')).toEqual([]);
    expect(await database.tenant(tenant, (tx) => findUnindexed(tx, provider.id, null, 9))).toHaveLength(2);
    expect(await database.system((tx) => unindexedTenants(tx, provider.id))).toContain(tenant);
    await database.tenant(tenant, (tx) =>
      keepTexts(tx, [
        text('sowing', '1.0.0', 'See the almanac.'),
        text('reaping', '0.9.0', 'An old almanac.'),
      ]),
    );
    expect(await slugs(tenant, 'almanac')).toEqual(['sowing']);
    expect(await slugs(tenant, '', semantic)).toEqual(['sowing']);
    expect(await database.tenant(tenant, (tx) => findUnindexed(tx, provider.id, null, 9))).toMatchObject([
      { slug: 'reaping' },
    ]);
    expect(await database.tenant(tenant, (tx) => findUnindexed(tx, 'p-2', null, 9))).toHaveLength(2);
  });

  it('forgets the text of what is erased, and keeps none for it again', async () => {
    const tenant = randomUUID();
    const { slugs } = newSearch();
    const sha256 = await publish(tenant, 'sowing', 'Puts seed into earth.');
    await database.tenant(tenant, (tx) => keepTexts(tx, [text('sowing', '1.0.0', 'Almanac.')]));
    expect(await slugs(tenant, 'almanac')).toEqual(['sowing']);
    const erased = {
      kind: 'skill' as const,
      slug: 'sowing',
      versions: [{ version: '1.0.0', sha256 }],
      reason: 'r',
    };
    await happen(tenant, skillStream(tenant, erased), fact(SkillErased, erased));
    expect(
      await slugs(tenant, 'almanac', { narrowing: { ...asked.narrowing, statuses: ['erased'] } }),
    ).toEqual([]);
    await database.tenant(tenant, forgetErased);
    await database.tenant(tenant, (tx) => keepTexts(tx, [text('sowing', '1.0.0', 'Almanac.')]));
    const left = await database.tenant(tenant, (tx) => tx.query<unknown[]>('SELECT 1 FROM search_documents'));
    expect(left).toEqual([]);
  });

  it('takes over use without reading the item again, the same event twice and an older one to no effect', async () => {
    const tenant = randomUUID();
    const { slugs, tasks } = newSearch();
    for (const slug of ['oak', 'pine']) await publish(tenant, slug, 'Grows in a forest for a long time.');
    expect(await slugs(tenant, 'forest')).toEqual(['oak', 'pine']);
    const day = new Date().toISOString().slice(0, 10);
    const use = (sequence: number, downloads: number) =>
      store.transaction(testContext(tenant), (unit) =>
        new WatchUseController().watch(
          [
            {
              event: {
                ...{ id: randomUUID(), type: SkillUsed.name, version: 1, stream: 's', revision: 0, tenant },
                ...{ occurredAt: `${day}T00:00:00.000Z`, correlationId: 'c', causationId: null },
                actor: { type: 'service', id: 'telemetry' },
                data: {
                  ...{ kind: 'skill', slug: 'pine', version: '1.0.0', day, sequence, views: 0, downloads },
                  lastUsedAt: `${day}T00:00:00.000Z`,
                },
              },
              cause: { correlationId: 'c', causationId: null, traceparent: null },
            },
          ],
          unit,
        ),
      );
    await use(2, 50);
    tasks.length = 0;
    expect(await slugs(tenant, 'forest')).toEqual(['pine', 'oak']);
    expect(tasks.flatMap((task) => (task.task === 'change' ? task.put : []))).toEqual([]);
    await use(2, 50);
    await use(1, 0);
    expect(await slugs(tenant, 'forest')).toEqual(['pine', 'oak']);
  });

  it('orders what is proven by what telemetry tells in all, the same event twice and an older one to no effect', async () => {
    const tenant = randomUUID();
    const { slugs } = newSearch();
    const proven = { mode: 'proven' } as const;
    for (const slug of ['oak', 'pine']) await publish(tenant, slug, 'Grows in a forest for a long time.');
    expect(await slugs(tenant, 'forest', proven)).toEqual(['oak', 'pine']);
    const tell = (sequence: number, successes: number, uses = 10) =>
      store.transaction(testContext(tenant), (unit) =>
        new WatchStatsController().watch(
          [
            {
              event: {
                ...{ id: randomUUID(), type: SkillStats.name, version: 1, stream: 's', revision: 0, tenant },
                ...{ occurredAt: new Date().toISOString(), correlationId: 'c', causationId: null },
                actor: { type: 'service', id: 'telemetry' },
                data: {
                  ...{ kind: 'skill', slug: 'pine', sequence, uses, invocations: 10, successes },
                  ...{ partials: 0, failures: 10 - successes, lastUsedAt: null },
                },
              },
              cause: { correlationId: 'c', causationId: null, traceparent: null },
            },
          ],
          unit,
        ),
      );
    await tell(2, 9);
    await tell(2, 9);
    await tell(1, 0);
    expect(await slugs(tenant, 'forest', proven)).toEqual(['pine', 'oak']);
    await tell(3, 0, 0);
    expect(await slugs(tenant, 'forest', proven)).toEqual(['oak', 'pine']);
    expect(await slugs(tenant, 'forest')).toEqual(['oak', 'pine']);
  });

  it('is read anew when the thread has lost it, and when too much is new', async () => {
    const tenant = randomUUID();
    const { slugs, lose, tasks } = newSearch();
    await publish(tenant, 'sowing', 'Puts seed into earth.');
    expect(await slugs(tenant, 'seed')).toEqual(['sowing']);
    lose();
    expect(await slugs(tenant, 'seed')).toEqual(['sowing']);
    await server.asSuperuser(
      `INSERT INTO registry.events (id, tenant_id, stream, revision, type, version, data, occurred_at, actor, correlation_id)
       SELECT gen_random_uuid(), $1, 'many', n, 'registry.skill-archived', 1,
         '{"kind":"skill","slug":"none","versions":[]}', now(), '{"type":"token","id":"t"}', 'c'
       FROM generate_series(0, 6000) n`,
      [tenant],
    );
    tasks.length = 0;
    expect(await slugs(tenant, 'seed')).toEqual(['sowing']);
    expect(tasks.map(({ task }) => task)).toEqual(['drop', 'open', 'change', 'search']);
  });

  it('makes room for the tenant that asks by what was not asked for longest', async () => {
    const tenants = [randomUUID(), randomUUID(), randomUUID()] as const;
    for (const tenant of tenants) await publish(tenant, 'sowing', 'Puts seed into earth.');
    const { slugs, tasks } = newSearch(1);
    for (const tenant of tenants) expect(await slugs(tenant, 'seed')).toEqual(['sowing']);
    const dropped = tasks.flatMap((task) => (task.task === 'drop' ? [task.tenant.split(' ')[0]] : []));
    expect(dropped).toEqual([tenants[0], tenants[1]]);
    expect(await slugs(tenants[0], 'seed')).toEqual(['sowing']);
  });

  it('reads large catalogs before anybody asks', async () => {
    const tenant = randomUUID();
    await server.asSuperuser(
      `WITH i AS (SELECT 'many-' || n AS slug FROM generate_series(1, 1500) n),
         s AS (INSERT INTO registry.skills SELECT $1, 'skill', slug, '1.0.0', 'published' FROM i)
       INSERT INTO registry.skill_versions (tenant_id, kind, slug, version, description, tags, sha256, bytes,
         fingerprint, requires, published_at, published_by)
       SELECT $1, 'skill', slug, '1.0.0', 'One of many.', '{}', '', 1, '', '[]', now(), 'a' FROM i`,
      [tenant],
    );
    const { slugs, tasks, warm } = newSearch();
    await warm();
    tasks.length = 0;
    expect(await slugs(tenant, 'many-700')).toContain('many-700');
    expect(tasks.map(({ task }) => task)).toEqual(['search']);
  });

  it('answers many at once, some of them while the index is first read', async () => {
    const tenant = randomUUID();
    const { slugs, tasks } = newSearch();
    await publish(tenant, 'sowing', 'Puts seed into earth.');
    const found = await Promise.all(Array.from({ length: 20 }, () => slugs(tenant, 'seed')));
    expect(found).toEqual(Array.from({ length: 20 }, () => ['sowing']));
    expect(tasks.filter(({ task }) => task === 'open')).toHaveLength(1);
  });
});
