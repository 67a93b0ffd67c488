import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore, type BlobStore } from '@loam/blobs';
import { writeTarGz } from '@loam/bundles';
import { fact } from '@loam/contracts/define';
import {
  BundleBlocked,
  BundleUnblocked,
  SkillArchived,
  SkillErased,
  SkillPublished,
  SkillReviewed,
  SkillScanned,
  SkillYanked,
} from '@loam/contracts/registry';
import { SkillMovedIn, SkillRenamed } from '@loam/contracts/names';
import { EventCatalog, EventStore } from '@loam/event-store';
import { eventually, testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { bundleKey } from '@loam/uploads';
import { registryMigrations } from '../registry.migrations';
import { skillStream } from '../skill.stream';
import { CatalogMirror } from './catalog-mirror';
import { PushRejected } from './mirror-repository';

const catalog = new EventCatalog([
  ...[SkillPublished, SkillScanned, SkillYanked, SkillArchived, SkillErased, BundleBlocked],
  ...[SkillRenamed, SkillMovedIn, SkillReviewed, BundleUnblocked],
]);

describe('the git mirror', () => {
  let server: TestDatabase;
  let store: EventStore;
  let blobs: BlobStore;
  let folder: string;
  let mirror: CatalogMirror;

  beforeAll(async () => {
    server = await testDatabase('registry');
    const database = await server.open('registry', registryMigrations);
    store = new EventStore({
      database,
      catalog,
      inline: [],
      clock: () => new Date('2026-11-21T12:00:00.500Z'),
    });
  });
  afterAll(() => server.close());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loam-mirror-'));
    blobs = openBlobStore({ driver: 'filesystem', root: join(folder, 'objects') });
    mirror = newMirror();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const newMirror = (in_ = 'mirror', remote?: string) =>
    new CatalogMirror({ store, blobs, folder: join(folder, in_), remote });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

  /** Waits until the log may be read to its end: transactions of other tests on the same server hold it back. */
  const settled = () =>
    eventually(async () => {
      const late =
        'SELECT 1 FROM registry.events WHERE transaction_id >= pg_snapshot_xmin(pg_current_snapshot())';
      expect(await server.asSuperuser(late)).toEqual([]);
    });

  /** A tenant with its streams, as far as the mirror reads them. */
  const newTenant = () => {
    const tenant = randomUUID();
    const slug = `t-${tenant.slice(0, 8)}`;
    const revisions = new Map<string, number>();
    const append = async (stream: string, ...facts: ReturnType<typeof fact>[]) => {
      const expected = revisions.get(stream) ?? -1;
      await store.transaction(testContext(tenant), (unit) => unit.append({ stream, expected, facts }));
      revisions.set(stream, expected + facts.length);
      await settled();
    };
    const item = (name: string) => ({ kind: 'skill' as const, slug: name });
    return {
      ...{ tenant, slug, append, item },
      repository: (in_ = 'mirror') => join(folder, in_, `${slug}.git`),
      bring: (by = mirror, rebuild = false) =>
        by.bring({ tenant, slug, rebuild, signal: AbortSignal.timeout(20_000) }),
      change: (name: string, ...facts: ReturnType<typeof fact>[]) =>
        append(skillStream(tenant, item(name)), ...facts),
      publish: async (name: string, version = '1.0.0', body = 'Do it.', more: string[] = []) => {
        const text = `---\nname: ${name}\ndescription: About ${name}.\n---\n${body}\n`;
        const bytes = await writeTarGz([
          { path: 'SKILL.md', bytes: Buffer.from(text), executable: false },
          { path: 'scripts/a "b".sh', bytes: Buffer.from('#!/bin/sh\n'), executable: true },
          ...more.map((path) => ({ path, bytes: Buffer.from('x'), executable: false })),
        ]);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        await blobs.put(bundleKey(sha256), bytes);
        const about = { ...item(name), version, sha256 };
        await append(
          skillStream(tenant, item(name)),
          fact(SkillPublished, {
            ...{ ...about, name, description: 'd', descriptionDerived: false, whenToUse: null, tags: [] },
            ...{ requires: [], bytes: bytes.length, fingerprint: `sha256:${sha256}`, uploadSha256: sha256 },
            ...{ files: 2, draftId: null },
          }),
          fact(SkillScanned, {
            ...{ ...about, ruleSet: 'r', verdict: 'pass', blastRadius: 'low' },
            ...{ findings: [], findingsTotal: 0, capabilities: [] },
          }),
        );
        return sha256;
      },
    };
  };
  const filesOf = (repository: string) =>
    git('--git-dir', repository, 'ls-tree', '-r', '--name-only', '-z', 'main').split('\0').slice(0, -1);

  it('holds the files of each version, one commit each with its publisher and its event', async () => {
    const { publish, bring, slug, repository } = newTenant();
    await publish('alpha');
    await bring();
    await publish('alpha', '1.1.0', 'Do it better.');
    await publish('beta');
    await bring();
    const path = `${slug}/skill`;
    expect(filesOf(repository())).toEqual([
      ...['1.0.0', '1.1.0'].flatMap((version) =>
        ['SKILL.md', 'scripts/a "b".sh'].map((file) => `${path}/alpha/${version}/${file}`),
      ),
      ...[`${path}/alpha/versions.json`, `${path}/beta/1.0.0/SKILL.md`],
      ...[`${path}/beta/1.0.0/scripts/a "b".sh`, `${path}/beta/versions.json`],
    ]);
    const log = git('--git-dir', repository(), 'log', '--format=%s|%an|%ct|%B%x00', 'main').split('\0');
    expect(log).toHaveLength(4);
    expect(log[1]).toMatch(
      /^\nAdd skill\/alpha\/1\.1\.0\|token test\|1795262400\|[^]*Loam-Event: [0-9a-f-]{36}\n/,
    );
    const text = git('--git-dir', repository(), 'show', `main:${path}/alpha/1.1.0/SKILL.md`);
    expect(text).toContain('Do it better.');
    expect(git('--git-dir', repository(), 'ls-tree', '-r', 'main')).toMatch(/^100755 .*scripts/m);
  });

  it('leaves out what git itself would read, so that every remote takes it and every clone is whole', async () => {
    const remote = join(folder, 'strict.git');
    git('init', '--quiet', '--bare', remote);
    git('--git-dir', remote, 'config', 'receive.fsckObjects', 'true');
    const { publish, bring, slug } = newTenant();
    const own = ['.gitmodules', 'a/.GITattributes', 'a/gitmod~1', 'a/gi7eba~1', '.gitattributes/x'];
    await publish('alpha', '1.0.0', 'Do it.', [...own, 'a/.gitignore', 'a/notes~1']);
    await bring(newMirror('mirror', remote));
    const files = git('--git-dir', remote, 'ls-tree', '-r', '--name-only', slug);
    expect(files).toMatch(/a\/\.gitignore\n.*a\/notes~1\n/);
    expect(files).not.toMatch(/gitmod|attributes|gi7eba/i);
    git('clone', '--quiet', '--branch', slug, remote, join(folder, 'clone'));
  });

  it('says so when the remote takes nothing', async () => {
    const remote = join(folder, 'closed.git');
    git('init', '--quiet', '--bare', remote);
    await writeFile(join(remote, 'hooks', 'pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { publish, bring } = newTenant();
    await publish('alpha');
    await expect(bring(newMirror('mirror', remote))).rejects.toThrow(PushRejected);
  });

  it('marks what is yanked, and drops what is archived or blocked', async () => {
    const { publish, change, append, bring, tenant, slug, item, repository } = newTenant();
    await publish('yanked');
    await publish('archived');
    const sha256 = await publish('blocked');
    await bring();
    await change('yanked', fact(SkillYanked, { ...item('yanked'), version: '1.0.0', reason: 'r' }));
    await change('archived', fact(SkillArchived, { ...item('archived'), versions: ['1.0.0'] }));
    await append(`bundle:${tenant}:${sha256}`, fact(BundleBlocked, { sha256, reason: 'r' }));
    await bring();
    expect(new Set(filesOf(repository()).map((file) => file.split('/')[2]))).toEqual(new Set(['yanked']));
    const index = git('--git-dir', repository(), 'show', `main:${slug}/skill/yanked/versions.json`);
    expect(JSON.parse(index)).toMatchObject([{ version: '1.0.0', yanked: true, publishedBy: 'test' }]);
  });

  it('moves what is renamed, and goes on under the new name', async () => {
    const { publish, change, append, bring, tenant, slug, item, repository } = newTenant();
    const sha256 = await publish('old');
    await bring();
    const versions = ['1.0.0'];
    await change('old', fact(SkillRenamed, { ...item('old'), to: 'new', versions }));
    const moved = { sha256, fingerprint: `sha256:${sha256}`, archived: false, yanked: false, erased: false };
    const told = {
      scanned: 'pass' as const,
      reviewed: null,
      description: 'd',
      publishedAt: '2026-11-21T12:00:00.500Z',
    };
    const arrival = {
      ...item('new'),
      from: 'old',
      channels: [],
      versions: [{ version: '1.0.0', ...moved, ...told }],
    };
    await append(skillStream(tenant, item('new')), fact(SkillMovedIn, arrival));
    await bring();
    const paths = filesOf(repository()).map((file) => file.split('/').slice(1, 4).join('/'));
    expect(new Set(paths)).toEqual(new Set(['skill/new/1.0.0', 'skill/new/versions.json']));
    await change('new', fact(SkillYanked, { ...item('new'), version: '1.0.0', reason: 'r' }));
    await bring(newMirror());
    const index = git('--git-dir', repository(), 'show', `main:${slug}/skill/new/versions.json`);
    expect(JSON.parse(index)).toMatchObject([{ version: '1.0.0', yanked: true, publishedBy: 'test' }]);
  });

  it('is made anew without its history when something is erased', async () => {
    const { publish, change, bring, item, repository } = newTenant();
    const sha256 = await publish('secret', '1.0.0', 'the secret');
    await publish('kept');
    await bring();
    const versions = [{ version: '1.0.0', sha256 }];
    await change('secret', fact(SkillErased, { ...item('secret'), versions, reason: 'r' }));
    await blobs.delete(bundleKey(sha256));
    await bring();
    expect(filesOf(repository()).join()).not.toContain('secret');
    const objects = git('--git-dir', repository(), 'cat-file', '--batch-all-objects', '--batch');
    expect(objects).not.toContain('secret');
    expect(objects).toContain('Add skill/kept/1.0.0');
  });

  it('holds blocked bytes nowhere in its history, and writes them anew when they are allowed again', async () => {
    const { publish, change, append, bring, tenant, item, repository } = newTenant();
    const sha256 = await publish('killed', '1.0.0', 'the payload');
    await publish('reviewed', '1.0.0', 'the trap');
    await publish('shelved', '1.0.0', 'the bait');
    await publish('kept');
    await change('shelved', fact(SkillArchived, { ...item('shelved'), versions: ['1.0.0'] }));
    await bring();
    const objects = () => git('--git-dir', repository(), 'cat-file', '--batch-all-objects', '--batch');
    expect(objects()).toContain('the payload');
    expect(objects()).toContain('the bait');
    const review = (name: string, decision: 'allow' | 'block') =>
      change(name, fact(SkillReviewed, { ...item(name), version: '1.0.0', decision, reason: 'r' }));
    await append(`bundle:${tenant}:${sha256}`, fact(BundleBlocked, { sha256, reason: 'r' }));
    await review('reviewed', 'block');
    await review('shelved', 'block');
    await bring();
    expect(objects()).not.toMatch(/the payload|the trap|the bait/);
    expect(objects()).toContain('Add skill/kept/1.0.0');
    await append(`bundle:${tenant}:${sha256}`, fact(BundleUnblocked, { sha256, reason: 'r' }));
    await review('reviewed', 'allow');
    await bring();
    expect(objects()).toContain('the payload');
    expect(objects()).toContain('the trap');
    await bring(newMirror('other'));
    const head = (in_?: string) => git('--git-dir', repository(in_), 'rev-parse', 'main');
    expect(head('other')).toBe(head());
    await review('reviewed', 'block');
    await bring(newMirror());
    expect(objects()).not.toContain('the trap');
    expect(objects()).toContain('the payload');
  });

  it('is the same commit for commit when it is made from scratch, by whomever', async () => {
    const { publish, change, bring, item, repository } = newTenant();
    await publish('one');
    await bring();
    await publish('two');
    await change('one', fact(SkillYanked, { ...item('one'), version: '1.0.0', reason: 'r' }));
    await bring(newMirror());
    await bring(newMirror('other'));
    const head = (in_?: string) => git('--git-dir', repository(in_), 'rev-parse', 'main');
    expect(head('other')).toBe(head());
    const before = head();
    await bring(mirror, true);
    expect(head()).toBe(before);
  });

  it('is mended when it is damaged, of another log, or half made', async () => {
    const { publish, bring, repository } = newTenant();
    await publish('one');
    await bring();
    const head = git('--git-dir', repository(), 'rev-parse', 'main');
    const objects = join(repository(), 'objects');
    const [some = ''] = (await readdir(objects)).filter((name) => name.length === 2);
    const [object = ''] = await readdir(join(objects, some));
    await truncate(join(objects, some, object), 3);
    await bring(newMirror());
    expect(git('--git-dir', repository(), 'rev-parse', 'main')).toBe(head);
    git('--git-dir', repository(), 'fsck', '--strict');
    await rm(join(repository(), 'HEAD'));
    await writeFile(join(repository(), 'config'), 'nonsense');
    await publish('two');
    await bring();
    expect(filesOf(repository()).join()).toContain('/two/');
    const stranger = newTenant();
    await stranger.publish('other');
    await rm(repository(), { recursive: true });
    await stranger.bring();
    execFileSync('cp', ['-r', stranger.repository(), repository()]);
    await bring(newMirror());
    expect(filesOf(repository()).join()).not.toContain('/other/');
  });

  it('has one writer at a time, however many are asked', async () => {
    const { publish, bring, repository } = newTenant();
    await publish('one');
    await Promise.all([bring(), bring(newMirror()), bring(newMirror()), bring(mirror, true)]);
    expect(git('--git-dir', repository(), 'rev-list', '--count', 'main').trim()).toBe('1');
  });

  it("is pushed to a remote as the branch of the tenant's slug, history removed included", async () => {
    const remote = join(folder, 'remote.git');
    git('init', '--quiet', '--bare', remote);
    const { publish, change, bring, item, slug } = newTenant();
    const pushing = newMirror('mirror', remote);
    const sha256 = await publish('one');
    await publish('two');
    await bring(pushing);
    const count = () => git('--git-dir', remote, 'rev-list', '--count', slug).trim();
    expect(count()).toBe('2');
    await change(
      'one',
      fact(SkillErased, { ...item('one'), versions: [{ version: '1.0.0', sha256 }], reason: 'r' }),
    );
    await bring(pushing);
    expect(count()).toBe('1');
    await change(
      'two',
      fact(SkillReviewed, { ...item('two'), version: '1.0.0', decision: 'block', reason: 'r' }),
    );
    await bring(pushing);
    await bring(pushing);
    expect(git('--git-dir', remote, 'for-each-ref')).toBe('');
  });
});
