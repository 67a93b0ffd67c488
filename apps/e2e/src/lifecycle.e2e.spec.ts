import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrap } from '@loam/contracts/http/bootstrap';
import * as lifecycle from '@loam/contracts/http/lifecycle';
import { mapStack } from '@loam/contracts/http/projects';
import * as registry from '@loam/contracts/http/registry';
import * as safety from '@loam/contracts/http/safety';
import * as search from '@loam/contracts/http/search';
import { eventually } from '@loam/testing';
import { newTenant, type Caller } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
});

const named = (slug: string) => ({ params: { slug } });
const listed = async (): Promise<string[]> =>
  (await admin.call(registry.listSkills, { query: { limit: '200' } })).map(({ slug }) => slug);
const shown = (slug: string, version?: string) =>
  admin.call(registry.getSkill, { ...named(slug), ...(version === undefined ? {} : { query: { version } }) });

async function publishAll(slug: string, ...versions: string[]) {
  for (const version of versions) await publish(admin, slug, { version, body: `This is ${version}.` });
}

describe('the latest version', () => {
  it('is the highest stable one, not the newest upload', async () => {
    await publishAll('backporting', '2.0.0', '1.9.9', '3.0.0-rc.1');
    expect(await shown('backporting')).toMatchObject({ version: '2.0.0' });
  });

  it('is an older one, and says so, when the newest is archived', async () => {
    await publishAll('sowing', '1.0.0', '2.0.0');
    const query = { version: '2.0.0' };
    expect(await admin.call(lifecycle.archiveSkill, { ...named('sowing'), query })).toEqual({
      ...{ slug: 'sowing', version: '2.0.0', versions: ['2.0.0'], latest: '1.0.0' },
    });
    const answer = await admin.send(registry.getSkill, named('sowing'));
    expect(answer.headers.get('x-loam-newer')).toBe('2.0.0; archived');
    expect(await answer.json()).toMatchObject({
      ...{ version: '1.0.0', newer: { version: '2.0.0', status: 'archived' } },
    });
    const bundle = await admin.send(registry.downloadBundle, named('sowing'));
    expect(bundle.headers.get('x-loam-newer')).toBe('2.0.0; archived');
    const told = { slug: 'sowing', version: '1.0.0', newer: { version: '2.0.0', status: 'archived' } };
    expect(await admin.call(registry.listSkills, { query: { limit: '200' } })).toContainEqual(
      expect.objectContaining(told),
    );
    for (const query of [{ query: 'sowing' }, { semantic: 'sowing' }])
      expect((await admin.call(registry.listSkills, { query }))[0]).toMatchObject(told);
    const found = await admin.call(search.searchCatalog, { query: { q: 'sowing' } });
    expect(found.items[0]).toMatchObject(told);
    await admin.call(mapStack, { body: { stack: 'garden', skill: 'sowing' } });
    const { skills } = await admin.call(bootstrap, { query: { stack: 'garden' } });
    expect(skills[0]).toMatchObject(told);
    expect(await shown('sowing', '^1')).toMatchObject({ version: '1.0.0' });
    expect(await admin.call(lifecycle.unarchiveSkill, { ...named('sowing'), query })).toEqual({
      ...{ slug: 'sowing', versions: ['2.0.0'], latest: '2.0.0' },
    });
    expect(await shown('sowing')).not.toHaveProperty('newer');
  });
});

describe('a version selector', () => {
  it('is an exact version, a range or a channel, on every read', async () => {
    await publishAll('reaping', '1.0.0', '1.4.0', '2.0.0');
    const params = { slug: 'reaping', channel: 'stable' };
    await admin.call(lifecycle.moveChannel, { params, body: { version: '1.0.0' } });
    for (const [selector, version] of Object.entries({ '1.4.0': '1.4.0', '^1': '1.4.0', stable: '1.0.0' })) {
      const asked = { ...named('reaping'), query: { version: selector } };
      expect(await shown('reaping', selector)).toMatchObject({ version });
      expect(await admin.call(registry.getSkillDetail, asked)).toMatchObject({ version });
      expect(await admin.text(registry.getSkillMd, asked)).toContain(`This is ${version}.`);
      const bundle = await admin.send(registry.downloadBundle, asked);
      expect(bundle.headers.get('x-loam-version')).toBe(version);
      expect((await admin.send(registry.getDependencies, asked)).status).toBe(200);
    }
    for (const selector of ['^3', '9.9.9', 'nightly'])
      expect(
        await admin.refused(registry.getSkill, { ...named('reaping'), query: { version: selector } }),
      ).toMatchObject({ code: 'version-not-found' });
  });
});

describe('a channel', () => {
  const move = (channel: string, version: string) =>
    admin.call(lifecycle.moveChannel, { params: { slug: 'grafting', channel }, body: { version } });

  it('moves, remembers where it was, and can be pinned as latest', async () => {
    await publishAll('grafting', '1.0.0', '2.0.0');
    await move('beta', '1.0.0');
    await move('beta', '2.0.0');
    await move('latest', '1.0.0');
    expect(await shown('grafting')).toMatchObject({ version: '1.0.0' });
    const [beta] = await admin.call(lifecycle.listChannels, named('grafting'));
    expect(beta).toMatchObject({
      ...{ channel: 'beta', version: '2.0.0', history: [{ version: '2.0.0' }, { version: '1.0.0' }] },
    });
    const params = { slug: 'grafting', channel: 'latest' };
    await admin.call(lifecycle.removeChannel, { params });
    expect(await shown('grafting')).toMatchObject({ version: '2.0.0' });
    expect(await admin.refused(lifecycle.removeChannel, { params })).toMatchObject({
      code: 'channel-not-found',
    });
  });

  it('cannot point at what cannot be installed, nor be called like a version', async () => {
    await publishAll('budding', '1.0.0', '2.0.0');
    await admin.call(lifecycle.yankSkill, { ...named('budding'), body: { version: '2.0.0', reason: 'r' } });
    const to = (channel: string, version: string) =>
      admin.refused(lifecycle.moveChannel, { params: { slug: 'budding', channel }, body: { version } });
    expect(await to('beta', '2.0.0')).toMatchObject({ code: 'version-not-live' });
    expect(await to('v1', '1.0.0')).toMatchObject({ code: 'channel-invalid' });
    expect(await to('beta', '3.0.0')).toMatchObject({ code: 'version-not-found' });
  });
});

it('PUB-05 a yanked version is resolved no more, and comes by exact version with a warning', async () => {
  await publishAll('winnowing', '1.0.0', '1.1.0');
  const yank = { ...named('winnowing'), body: { version: '1.1.0', reason: 'löscht zu viel' } };
  expect(await admin.call(lifecycle.yankSkill, yank)).toMatchObject({ versions: ['1.1.0'], latest: '1.0.0' });
  expect(await admin.call(lifecycle.yankSkill, yank)).toMatchObject({ versions: [], latest: '1.0.0' });
  expect(await shown('winnowing')).toMatchObject({
    ...{ version: '1.0.0', newer: { version: '1.1.0', status: 'yanked' } },
  });
  expect(await shown('winnowing', '^1')).toMatchObject({ version: '1.0.0' });
  const exact = { ...named('winnowing'), query: { version: '1.1.0' } };
  const bundle = await admin.send(registry.downloadBundle, exact);
  expect(bundle.status).toBe(200);
  expect(bundle.headers.get('warning')).toMatch(/^299 loam "winnowing 1\.1\.0 is yanked/);
  expect(decodeURIComponent(bundle.headers.get('x-loam-yanked') ?? '')).toBe('löscht zu viel');
  expect(await shown('winnowing', '1.1.0')).toMatchObject({
    status: 'yanked',
    yank_reason: 'löscht zu viel',
  });
  await admin.call(lifecycle.unyankSkill, { ...named('winnowing'), body: { version: '1.1.0' } });
  expect(await shown('winnowing')).toMatchObject({ version: '1.1.0', status: 'published' });
});

describe('an erased version', () => {
  it('PUB-05 is gone: its bytes are destroyed and every read answers 410', async () => {
    const { skill } = await publish(admin, 'burning', { body: 'Something secret.' });
    const { sha256 } = await admin.call(registry.getSkillDetail, named('burning'));
    const objects = () => readdir(join(thisRun.home, 'objects'), { recursive: true });
    const holds = async () => (await objects()).some((path) => path.endsWith(sha256));
    expect(await holds()).toBe(true);
    const erasure = { ...named('burning'), body: { reason: 'it holds a secret' } };
    expect(await admin.call(lifecycle.eraseSkill, erasure)).toEqual({
      ...{ slug: 'burning', versions: [skill.version], latest: null },
    });
    const exact = { ...named('burning'), query: { version: '1.0.0' } };
    for (const route of [registry.getSkill, registry.getSkillDetail, registry.getSkillMd])
      for (const given of [named('burning'), exact])
        expect(await admin.refused(route, given)).toMatchObject({ code: 'version-erased' });
    expect((await admin.send(registry.downloadBundle, exact)).status).toBe(410);
    expect(await listed()).not.toContain('burning');
    await eventually(async () => {
      expect(await holds()).toBe(false);
    });
  });

  it('keeps its bytes where another version holds the same', async () => {
    const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: 'twin', description: 'One of two.' }) });
    for (const slug of ['twin-a', 'twin-b'])
      await admin.call(registry.publishSkill, { body: { slug, version: '1.0.0' }, bundle });
    await admin.call(lifecycle.eraseSkill, { ...named('twin-a'), body: { reason: 'r' } });
    await publish(admin, 'after-twins');
    expect((await admin.send(registry.downloadBundle, named('twin-b'))).status).toBe(200);
  });

  it('PUB-04 has a number that is never used again, nor has a yanked one', async () => {
    await publishAll('spent', '1.0.0', '2.0.0');
    await admin.call(lifecycle.eraseSkill, { ...named('spent'), body: { version: '1.0.0', reason: 'r' } });
    await admin.call(lifecycle.yankSkill, { ...named('spent'), body: { version: '2.0.0', reason: 'r' } });
    for (const version of ['1.0.0', '2.0.0'])
      for (const body of [`This is ${version}.`, 'Something else.']) {
        const frontmatter = { name: 'spent', description: 'About spent.', requires: '[]' };
        const bundle = await bundleOf({ 'SKILL.md': skillMd(frontmatter, body) });
        expect(
          await admin.refused(registry.publishSkill, { body: { slug: 'spent', version }, bundle }),
        ).toMatchObject({ code: 'version-gone' });
      }
  });
});

describe('what a request says that nobody reads', () => {
  const version = '1.0.0';
  it('is refused by its name, and nothing is destroyed', async () => {
    await publishAll('misread', version, '1.1.0');
    const given = { ...named('misread'), query: { version }, body: { reason: 'r' } };
    for (const route of [lifecycle.eraseSkill, lifecycle.yankSkill, safety.reviewSkill])
      expect(await admin.refused(route, given)).toMatchObject({
        ...{ code: 'request-invalid', errors: [{ pointer: '/version' }] },
      });
    for (const route of [lifecycle.archiveSkill, lifecycle.unarchiveSkill, lifecycle.removeChannel])
      expect(
        await admin.refused(route, {
          params: { slug: 'misread', channel: 'beta' },
          body: { version },
        }),
      ).toMatchObject({ code: 'request-invalid', errors: [{ pointer: '/version' }] });
    for (const route of [lifecycle.eraseSkill, lifecycle.yankSkill, lifecycle.unyankSkill])
      expect(
        await admin.refused(route, { ...named('misread'), body: { version, reason: 'r', versions: [] } }),
      ).toMatchObject({ code: 'request-invalid' });
    expect(await shown('misread', version)).toMatchObject({ status: 'published' });
    expect(await shown('misread')).toMatchObject({ version: '1.1.0', status: 'published' });
  });
});

it('PUB-16 archiving, restoring and archiving by two at once ends in one state with its whole history', async () => {
  await publishAll('fought-over', '1.0.0');
  const archive = () => admin.call(lifecycle.archiveSkill, named('fought-over'));
  const restore = () => admin.call(lifecycle.unarchiveSkill, named('fought-over'));
  const outcomes = await Promise.all([archive(), restore(), archive(), restore(), archive()]);
  const changes = outcomes.filter(({ versions }) => versions.length > 0).length;
  const last = await archive();
  expect(last.latest).toBeNull();
  // Every change is the opposite of the one before, so their number and the last answer tell the state.
  expect(changes % 2).toBe(last.versions.length === 0 ? 1 : 0);
  expect(await listed()).not.toContain('fought-over');
  await restore();
  expect(await listed()).toContain('fought-over');
});

it('keeps the three kinds of one slug apart in everything', async () => {
  const bundle = await bundleOf({
    'SKILL.md': skillMd({ name: 'ambiguous', description: 'Three of a name.' }),
  });
  for (const kind of ['skill', 'agent', 'command'])
    await admin.call(registry.publishSkill, { body: { slug: 'ambiguous', version: '1.0.0', kind }, bundle });
  await admin.call(lifecycle.eraseSkill, {
    ...{ ...named('ambiguous'), query: { kind: 'agent' }, body: { reason: 'r' } },
  });
  await admin.call(lifecycle.archiveSkill, { ...named('ambiguous'), query: { kind: 'command' } });
  expect(await shown('ambiguous')).toMatchObject({ kind: 'skill', status: 'published' });
  const of = (kind: string) => admin.send(registry.getSkill, { ...named('ambiguous'), query: { kind } });
  expect((await of('agent')).status).toBe(410);
  expect((await of('command')).status).toBe(404);
});
