import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { fact, type Fact } from '@loam/contracts/define';
import * as contracts from '@loam/contracts/registry';
import type { Item, Kind } from '@loam/contracts/skill';
import type { Database } from '@loam/database';
import { EventCatalog, EventStore } from '@loam/event-store';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { catalog } from './catalog.projection';
import { registryMigrations } from './registry.migrations';
import { skillStream } from './skill.stream';
import type { TenantCatalog } from './tenant-catalog';
import { TenantCatalogs } from './tenant-catalogs';

const { SkillPublished, SkillScanned, SkillReviewed, BundleBlocked, BundleUnblocked } = contracts;
const { SkillArchived, SkillUnarchived, SkillYanked, SkillUnyanked, SkillErased, ChannelMoved } = contracts;

const SLUGS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const VERSIONS = ['1.0.0', '1.1.0', '2.0.0', '3.0.0-rc.1'];
const MOST = 10_000;

/** What a person, the gate or an operator may do to a catalog. */
const actions = fc.record({
  act: fc.constantFrom(
    ...(['publish', 'publish', 'publish', 'archive', 'unarchive', 'yank', 'unyank', 'erase'] as const),
    ...(['block', 'allow', 'move', 'kill', 'revive'] as const),
  ),
  kind: fc.constantFrom<Kind>('skill', 'skill', 'skill', 'agent'),
  slug: fc.constantFrom(...SLUGS),
  version: fc.constantFrom(...VERSIONS),
  requires: fc.uniqueArray(
    fc.record({ slug: fc.constantFrom(...SLUGS, 'nowhere'), range: fc.constantFrom('*', '^1', '^2') }),
    { selector: ({ slug }) => slug, maxLength: 3 },
  ),
});
type Action = typeof actions extends fc.Arbitrary<infer A> ? A : never;

/** Bytes that an agent shares with the skill of its name and version. */
const digestOf = ({ slug, version }: Action): string =>
  Buffer.from(`${slug} ${version}`.padEnd(32)).toString('hex');

function factsOf(action: Action): Fact[] {
  const { act, kind, slug, version, requires } = action;
  const sha256 = digestOf(action);
  const each = { kind, slug, version };
  const all = { kind, slug, versions: [version] };
  const scan = { ruleSet: 'r', verdict: 'pass' as const, blastRadius: 'low' as const };
  const told = { name: null, description: 'd', descriptionDerived: false, whenToUse: null, tags: [] };
  const bytes = { sha256, bytes: 1, fingerprint: `sha256:${sha256}`, uploadSha256: sha256, files: 1 };
  const found = { findings: [], findingsTotal: 0, capabilities: [] };
  // As registries of before and of now tell it.
  const judged = true as const;
  const [ofVersion, ofScan] = kind === 'skill' ? [{ judged }, { atPublication: judged }] : [{}, {}];
  switch (act) {
    case 'publish':
      return [
        fact(SkillPublished, { ...each, ...told, ...bytes, requires, draftId: null, ...ofVersion }),
        fact(SkillScanned, { ...each, sha256, ...scan, ...found, ...ofScan }),
      ];
    case 'archive':
      return [fact(SkillArchived, all)];
    case 'unarchive':
      return [fact(SkillUnarchived, all)];
    case 'yank':
      return [fact(SkillYanked, { ...each, reason: 'r' })];
    case 'unyank':
      return [fact(SkillUnyanked, each)];
    case 'erase':
      return [fact(SkillErased, { kind, slug, versions: [{ version, sha256 }], reason: 'r' })];
    case 'block':
    case 'allow':
      return [fact(SkillReviewed, { ...each, decision: act, reason: 'r' })];
    case 'move':
      return [fact(ChannelMoved, { kind, slug, channel: 'latest', version, previous: null })];
    case 'kill':
      return [fact(BundleBlocked, { sha256, reason: 'r' })];
    case 'revive':
      return [fact(BundleUnblocked, { sha256, reason: 'r' })];
  }
}

/** What can be reached over the latest live versions, by the set semantics of a recursive query over ids alone. */
const ORACLE = `
  WITH RECURSIVE closure (slug) AS (
    SELECT d.requires_slug FROM dependencies d JOIN skills s USING (tenant_id, kind, slug, version)
    WHERE d.tenant_id = current_setting('loam.tenant')::uuid AND d.kind = $1 AND d.slug = $2 AND s.status = 'published'
    UNION
    SELECT d.requires_slug FROM closure c JOIN dependencies d ON d.kind = 'skill' AND d.slug = c.slug
      AND d.tenant_id = current_setting('loam.tenant')::uuid
    JOIN skills s ON (s.tenant_id, s.kind, s.slug, s.version) = (d.tenant_id, d.kind, d.slug, d.version)
    WHERE s.status = 'published'
  )
  SELECT slug FROM closure WHERE NOT ($1 = 'skill' AND slug = $2) ORDER BY slug`;

describe('the catalog in memory', () => {
  let server: TestDatabase;
  let database: Database;
  let store: EventStore;

  beforeAll(async () => {
    server = await testDatabase('registry');
    database = await server.open('registry', registryMigrations);
    const definitions = [
      ...[SkillPublished, SkillScanned, SkillReviewed, BundleBlocked, BundleUnblocked, ChannelMoved],
      ...[SkillArchived, SkillUnarchived, SkillYanked, SkillUnyanked, SkillErased],
    ];
    const events = new EventCatalog(definitions);
    store = new EventStore({ database, catalog: events, inline: [catalog], clock: () => new Date() });
  });
  afterAll(() => server.close());

  /** Does what is possible: only what was published can be changed, and nothing is published twice. */
  async function perform(tenant: string, action: Action, published: Set<string>): Promise<void> {
    const key = `${action.kind}/${action.slug}/${action.version}`;
    if ((action.act === 'publish') === published.has(key)) return;
    published.add(key);
    const stream = skillStream(tenant, action);
    await store.transaction(testContext(tenant), async (unit) => {
      const expected = (await unit.readStream(stream)).at(-1)?.revision ?? -1;
      await unit.append({ stream, expected, facts: factsOf(action) });
    });
  }

  const oracle = (tenant: string, { kind, slug }: Item): Promise<string[]> =>
    database.tenant(tenant, async (tx) =>
      (await tx.query<{ slug: string }[]>(ORACLE, [kind, slug])).map((row) => row.slug),
    );

  const closureOf = (memory: TenantCatalog, item: Item): string[] => {
    const known = memory.find(item);
    const latest = known?.versions.find(({ version }) => version === known.latest);
    const except = item.kind === 'skill' ? item.slug : undefined;
    return memory.graph
      .closure(latest?.requires ?? [], except, MOST)
      .map(({ slug }) => slug)
      .sort();
  };

  const everyItem = SLUGS.flatMap((slug): Item[] => [
    { kind: 'skill', slug },
    { kind: 'agent', slug },
  ]);

  it('has the closures that SQL has, whatever happens, and is as if it were read anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { minLength: 1, maxLength: 40 }), async (list) => {
        const tenant = randomUUID();
        const kept = new TenantCatalogs(store);
        const published = new Set<string>();
        await kept.current(tenant);
        for (const [index, action] of list.entries()) {
          await perform(tenant, action, published);
          if (index % 5 === 0) await kept.current(tenant);
        }
        const memory = await kept.current(tenant);
        const fresh = await new TenantCatalogs(store).current(tenant);
        for (const item of everyItem) {
          expect(closureOf(memory, item)).toEqual(await oracle(tenant, item));
          expect(memory.find(item)?.candidates).toEqual(fresh.find(item)?.candidates);
          expect(memory.find(item)?.channels).toEqual(fresh.find(item)?.channels);
        }
        expect(memory.size).toBe(published.size);
      }),
      { numRuns: 25 },
    );
  });

  it('has at once what was committed before it was asked for, also when many ask', async () => {
    const tenant = randomUUID();
    const catalogs = new TenantCatalogs(store);
    const published = new Set<string>();
    for (const slug of SLUGS) {
      const action: Action = { act: 'publish', kind: 'skill', slug, version: '1.0.0', requires: [] };
      const early = catalogs.current(tenant);
      await perform(tenant, action, published);
      const [one, two] = await Promise.all([catalogs.current(tenant), catalogs.current(tenant), early]);
      expect(one.find(action)?.latest).toBe('1.0.0');
      expect(two).toBe(one);
    }
  });

  it('never offers what is held or erased, and what is yanked or archived only when pinned', async () => {
    const tenant = randomUUID();
    const catalogs = new TenantCatalogs(store);
    const published = new Set<string>();
    const of = (act: Action['act'], version: string): Action => ({
      ...{ act, kind: 'skill', slug: 'a', version, requires: [] },
    });
    for (const version of VERSIONS) await perform(tenant, of('publish', version), published);
    const offered = async (): Promise<string[]> =>
      (await catalogs.current(tenant))
        .candidates({ kind: 'skill', slug: 'a' })
        .map(({ version, pinnedOnly }) => `${version}${pinnedOnly === true ? ' if pinned' : ''}`);
    expect(await offered()).toEqual(['2.0.0', '1.1.0', '1.0.0', '3.0.0-rc.1']);
    await perform(tenant, of('archive', '2.0.0'), published);
    await perform(tenant, of('yank', '1.1.0'), published);
    await perform(tenant, of('kill', '1.0.0'), published);
    expect(await offered()).toEqual(['2.0.0 if pinned', '1.1.0 if pinned', '3.0.0-rc.1']);
    await perform(tenant, of('revive', '1.0.0'), published);
    await perform(tenant, of('erase', '1.1.0'), published);
    await perform(tenant, of('block', '3.0.0-rc.1'), published);
    expect(await offered()).toEqual(['2.0.0 if pinned', '1.0.0']);
  });

  it('is forgotten for what was used later, and read again', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const catalogs = new TenantCatalogs(store, 60);
    for (const tenant of [first, second])
      await perform(
        tenant,
        { act: 'publish', kind: 'skill', slug: 'a', version: '1.0.0', requires: [] },
        new Set(),
      );
    const before = await catalogs.current(first);
    expect(await catalogs.current(first)).toBe(before);
    await catalogs.current(second);
    const after = await catalogs.current(first);
    expect(after).not.toBe(before);
    expect(after.size).toBe(1);
  });

  it('of a large tenant is read before anybody asks, in pages', async () => {
    const tenant = randomUUID();
    await server.asSuperuser(
      `WITH i AS (SELECT 'many-' || n AS slug FROM generate_series(1, 2500) n),
         s AS (INSERT INTO registry.skills SELECT $1, 'skill', slug, '1.0.0', 'published' FROM i)
       INSERT INTO registry.skill_versions (tenant_id, kind, slug, version, description, tags, sha256, bytes,
         fingerprint, requires, published_at, published_by, scanned)
       SELECT $1, 'skill', slug, '1.0.0', 'One of many.', '{}', '', 1, '', '[]', now(), 'a', 'pass' FROM i`,
      [tenant],
    );
    const catalogs = new TenantCatalogs(store);
    await catalogs.warm();
    await server.asSuperuser('DELETE FROM registry.skill_versions WHERE tenant_id = $1', [tenant]);
    const { size } = await catalogs.current(tenant);
    expect(size).toBe(2500);
  });
});
