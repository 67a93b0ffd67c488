import * as lifecycle from '@loam/contracts/http/lifecycle';
import { getDependencies, getSkill, getSkillDetail, publishSkill } from '@loam/contracts/http/registry';
import { renameSkill } from '@loam/contracts/http/names';
import { resolve } from '@loam/contracts/http/resolve';
import { blockBundle, unblockBundle } from '@loam/contracts/http/safety';
import { newTenant, problemOf, type Caller } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
beforeEach(async () => {
  ({ admin } = await newTenant(thisRun.operator));
});

const needing = (slug: string, ...requires: string[]) => publish(admin, slug, { requires });
const bundleNeeding = (slug: string, requires: string) =>
  bundleOf({ 'SKILL.md': skillMd({ name: slug, description: 'd', requires }) });
const send = async (slug: string, requires: string, metadata: object = {}) =>
  admin.send(publishSkill, {
    body: { slug, version: '1.0.0', ...metadata },
    bundle: await bundleNeeding(slug, requires),
  });
const closureOf = async (slug: string, query: Record<string, string> = {}): Promise<string[]> =>
  (await admin.call(getDependencies, { params: { slug }, query })).map(
    (each) => `${each.slug}@${each.version_range} ${String(each.depth)}`,
  );
const root = (text: string) => {
  const at = text.indexOf('@');
  return at === -1 ? { slug: text } : { slug: text.slice(0, at), version: text.slice(at + 1) };
};
const plan = (...roots: string[]) => admin.call(resolve, { body: { roots: roots.map(root) } });
const chosen = async (...roots: string[]): Promise<string[]> =>
  (await plan(...roots)).items.map(({ slug, version }) => `${slug} ${version}`);
const refusal = (...roots: string[]) => admin.refused(resolve, { body: { roots: roots.map(root) } });

describe('1.4 requires', () => {
  it('is a list of slugs, each with a semver range or none, which means any version', async () => {
    await needing('first', 'second@^1.2', 'third', 'fourth@>=1 <3', 'fifth@');
    const { requires } = await admin.call(getSkillDetail, { params: { slug: 'first' } });
    expect(requires.map((each) => `${each.slug} ${each.version_range}`).sort()).toEqual([
      'fifth *',
      'fourth >=1 <3',
      'second ^1.2',
      'third *',
    ]);
  });

  it.each(['["aaa@>=x"]', '["aaa@latest"]', '["aaa@>2 <1"]', '["aaa@1@2"]', '["Aaa"]', '[""]', '[7]', 'aaa'])(
    '%s is 422 with the place that is wrong, and stores nothing',
    async (requires) => {
      const problem = await problemOf(await send('fussy', requires));
      expect(problem).toMatchObject({ status: 422, code: 'requires-invalid' });
      expect(problem.errors[0]?.pointer).toMatch(/^\/requires/);
      expect((await admin.send(getSkill, { params: { slug: 'fussy' } })).status).toBe(404);
    },
  );

  it('may name what does not exist yet', async () => {
    await needing('early', 'later@^2');
    expect(await closureOf('early')).toEqual(['later@^2 1']);
    expect((await plan('early')).missing).toEqual([
      {
        ...{ kind: 'skill', slug: 'later' },
        reasons: [{ by: { kind: 'skill', slug: 'early', version: '1.0.0' }, range: '^2' }],
      },
    ]);
    const refused = await admin.refused(resolve, { body: { roots: [{ slug: 'early' }], missing: 'refuse' } });
    expect(refused).toMatchObject({ code: 'dependency-conflict', errors: [{ pointer: '/roots/0' }] });
    expect(refused.detail).toContain('later is needed as ^2 for early 1.0.0; it is not in the catalog');
    await publish(admin, 'later', { version: '2.1.0' });
    expect(await chosen('early')).toEqual(['later 2.1.0', 'early 1.0.0']);
  });

  it('of an agent or a command are of skills, also of the skill of its name', async () => {
    await needing('review', 'grep');
    await needing('grep');
    expect((await send('review', '[review]', { kind: 'agent' })).status).toBe(201);
    expect(await closureOf('review', { kind: 'agent' })).toEqual(['review@* 1', 'grep@* 2']);
    expect(await closureOf('review')).toEqual(['grep@* 1']);
    const { items } = await admin.call(resolve, { body: { roots: [{ kind: 'agent', slug: 'review' }] } });
    expect(items.map(({ kind, slug }) => `${kind} ${slug}`)).toEqual([
      'skill grep',
      'skill review',
      'agent review',
    ]);
    expect((await problemOf(await send('selfish', '[selfish]'))).code).toBe('requires-itself');
  });
});

describe('1.4 the closure', () => {
  it('has each slug once, at its smallest depth, ordered by depth and slug', async () => {
    await needing('top', 'right', 'left@^1');
    await needing('left', 'bottom@>=1', 'deeper');
    await needing('right', 'bottom@^1', 'left@*');
    await needing('deeper', 'bottom');
    await needing('bottom');
    expect(await closureOf('top')).toEqual(['left@^1 1', 'right@* 1', 'bottom@>=1 2', 'deeper@* 2']);
  });

  it('PUB-13 of a cycle ends, and does not hold the item itself', async () => {
    await needing('hen', 'egg');
    await needing('egg', 'hen');
    expect(await closureOf('hen')).toEqual(['egg@* 1']);
  });

  it('has no limit of depth', async () => {
    const names = Array.from({ length: 15 }, (_, index) => `step-${String(index).padStart(2, '0')}`);
    for (const [index, name] of names.entries()) await needing(name, ...names.slice(index + 1, index + 2));
    expect((await closureOf('step-00')).at(-1)).toBe('step-14@* 14');
  });

  it('starts from the version that is asked for and goes on over the latest live ones', async () => {
    await publish(admin, 'base', { requires: ['old-leaf'] });
    await publish(admin, 'base', { version: '2.0.0', requires: ['new-leaf'], body: 'two' });
    await publish(admin, 'user', { requires: ['base@^1'] });
    expect(await closureOf('base', { version: '1.0.0' })).toEqual(['old-leaf@* 1']);
    expect(await closureOf('base', { version: '^2' })).toEqual(['new-leaf@* 1']);
    expect(await closureOf('user')).toEqual(['base@^1 1', 'new-leaf@* 2']);
    await admin.call(lifecycle.archiveSkill, { params: { slug: 'base' }, query: { version: '2.0.0' } });
    expect(await closureOf('user')).toEqual(['base@^1 1', 'old-leaf@* 2']);
    expect(await closureOf('base', { version: '2.0.0' })).toEqual(['new-leaf@* 1']);
  });

  it('names the version that it starts from, its yank, and a newer one that is withheld', async () => {
    for (const version of ['1.0.0', '2.0.0']) await publish(admin, 'base', { version, body: version });
    const params = { slug: 'base' };
    await admin.call(lifecycle.archiveSkill, { params, query: { version: '2.0.0' } });
    const latest = await admin.send(getDependencies, { params });
    expect(latest.headers.get('x-loam-version')).toBe('1.0.0');
    expect(latest.headers.get('x-loam-newer')).toBe('2.0.0; archived');
    await admin.call(lifecycle.yankSkill, { params, body: { version: '1.0.0', reason: 'broken' } });
    const exact = await admin.send(getDependencies, { params, query: { version: '1.0.0' } });
    expect(exact.headers.get('x-loam-yanked')).toBe('broken');
    expect(exact.headers.get('x-loam-newer')).toBeNull();
  });

  it('of what does not exist, or is erased, is refused', async () => {
    await needing('gone');
    await admin.call(lifecycle.eraseSkill, { params: { slug: 'gone' }, body: { reason: 'a secret' } });
    const codeOf = async (slug: string, query = {}) =>
      (await admin.refused(getDependencies, { params: { slug }, query })).code;
    expect(await codeOf('nowhere')).toBe('skill-not-found');
    expect(await codeOf('gone')).toBe('version-erased');
    expect(await codeOf('gone', { version: '1.0.0' })).toBe('version-erased');
    expect(await codeOf('gone', { version: '^2' })).toBe('version-erased');
  });
});

describe('1.4 a conflict of ranges', () => {
  it('PUB-13 within one closure is refused at publish with both sides and both ranges, and stores nothing', async () => {
    await needing('log');
    await needing('web', 'log@^1');
    const problem = await problemOf(await send('app', '["web", "log@^2"]'));
    expect(problem).toMatchObject({ status: 409, code: 'dependency-conflict' });
    expect(problem.detail).toContain('One version of log cannot be ^2 for app 1.0.0 and ^1 for web 1.0.0');
    expect(problem.errors).toEqual([
      {
        ...{ code: 'dependency-conflict', pointer: '/requires' },
        detail: 'log@^2 is needed by app 1.0.0: app 1.0.0 > log@^2',
      },
      {
        ...{ code: 'dependency-conflict', pointer: '/requires' },
        detail: 'log@^1 is needed by web 1.0.0: app 1.0.0 > web@* > log@^1',
      },
    ]);
    expect((await admin.send(getSkill, { params: { slug: 'app' } })).status).toBe(404);
  });

  it('between two skills that nothing needs together is none, and ranges that differ as texts may agree', async () => {
    await publish(admin, 'log', { version: '1.4.0' });
    await needing('one', 'log@^1');
    await needing('two', 'log@^2');
    await needing('three', 'log@1.x', 'one');
    expect(await chosen('three')).toEqual(['log 1.4.0', 'one 1.0.0', 'three 1.0.0']);
  });

  it('that an older version of what is required avoids is none', async () => {
    await publish(admin, 'log', { version: '1.0.0' });
    await publish(admin, 'web', { requires: ['log@^1'] });
    await publish(admin, 'web', { version: '1.1.0', requires: ['log@^2'], body: 'newer' });
    await needing('app', 'web@^1', 'log@^1');
    expect(await chosen('app')).toEqual(['log 1.0.0', 'web 1.0.0', 'app 1.0.0']);
  });

  it('that a version published later may settle is left to the resolver', async () => {
    await publish(admin, 'log', { version: '1.0.0' });
    await needing('app', 'log@^2');
    const problem = await refusal('app');
    expect(problem).toMatchObject({ status: 409, code: 'dependency-conflict' });
    expect(problem.detail).toBe('log is needed as ^2 for app 1.0.0; there is 1.0.0.');
    await publish(admin, 'log', { version: '2.0.0', body: 'two' });
    expect(await chosen('app')).toEqual(['log 2.0.0', 'app 1.0.0']);
  });
});

describe('1.4 cycles', () => {
  it('PUB-13 are published, told of in a header, and reported once by the resolver', async () => {
    await needing('a-one', 'b-two');
    await needing('b-two', 'c-three');
    const answer = await send('c-three', '["a-one", "leaf"]');
    expect([answer.status, answer.headers.get('x-loam-cycle')]).toEqual([
      201,
      'a-one > b-two > c-three > a-one',
    ]);
    expect((await send('d-four', '[a-one]')).headers.get('x-loam-cycle')).toBeNull();
    const { items, cycles } = await plan('d-four');
    expect(items.map(({ slug }) => slug)).toEqual(['a-one', 'b-two', 'c-three', 'd-four']);
    expect(cycles.map((cycle) => cycle.map(({ slug }) => slug))).toEqual([['a-one', 'b-two', 'c-three']]);
  });
});

describe('a plan', () => {
  it('names exact versions and digests, leaves first, with reasons, whatever the order of the roots', async () => {
    await publish(admin, 'leaf', { version: '1.9.0' });
    const { skill } = await publish(admin, 'leaf', { version: '1.10.0', body: 'newer' });
    await publish(admin, 'leaf', { version: '2.0.0', body: 'newest' });
    await needing('left', 'leaf@^1');
    await needing('right', 'leaf@<3');
    const answer = await plan('right', 'left', 'leaf@>=1');
    const [leaf] = answer.items;
    expect(leaf).toMatchObject({ slug: 'leaf', version: skill.version, requires: [] });
    const { sha256, bytes } = await admin.call(getSkillDetail, {
      params: { slug: 'leaf' },
      query: { version: '1.10.0' },
    });
    expect(leaf).toMatchObject({ sha256, bytes });
    expect(leaf?.reasons.map(({ by, range }) => `${by?.slug ?? 'root'} ${range}`)).toEqual([
      'root >=1',
      'left ^1',
      'right <3',
    ]);
    expect(await plan('leaf@>=1', 'left', 'right')).toEqual(answer);
  });

  it('takes exact versions, ranges and channels', async () => {
    for (const version of ['1.0.0', '1.5.0', '2.0.0', '3.0.0-rc.1'])
      await publish(admin, 'tool', { version, body: version });
    const channel = { params: { slug: 'tool', channel: 'beta' }, body: { version: '3.0.0-rc.1' } };
    await admin.call(lifecycle.moveChannel, channel);
    expect(await chosen('tool')).toEqual(['tool 2.0.0']);
    expect(await chosen('tool@^1')).toEqual(['tool 1.5.0']);
    expect(await chosen('tool@1.0.0')).toEqual(['tool 1.0.0']);
    expect(await chosen('tool@beta')).toEqual(['tool 3.0.0-rc.1']);
    expect((await refusal('tool@beta', 'tool@1')).errors.map(({ detail }) => detail)).toEqual([
      'tool@1 is needed by the request: tool@1',
      'tool@3.0.0-rc.1 is needed by the request: tool@beta',
    ]);
    const pin = { params: { slug: 'tool', channel: 'latest' }, body: { version: '1.5.0' } };
    await admin.call(lifecycle.moveChannel, pin);
    expect(await chosen('tool')).toEqual(['tool 1.5.0']);
  });

  it('takes what is archived or yanked only where exactly that is asked for, and says so', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0'])
      await publish(admin, 'tool', { version, body: version });
    await needing('user', 'tool@^1');
    await admin.call(lifecycle.archiveSkill, { params: { slug: 'tool' }, query: { version: '1.2.0' } });
    const yank = { version: '1.1.0', reason: 'it deletes too much' };
    await admin.call(lifecycle.yankSkill, { params: { slug: 'tool' }, body: yank });
    expect(await chosen('user')).toEqual(['tool 1.0.0', 'user 1.0.0']);
    expect(await chosen('user', 'tool@1.1.0')).toEqual(['tool 1.1.0', 'user 1.0.0']);
    expect(await chosen('user', 'tool@1.2.0')).toEqual(['tool 1.2.0', 'user 1.0.0']);
    expect((await plan('tool@1.2.0')).items[0]).toMatchObject({ version: '1.2.0', archived: true });
    const [older] = (await plan('user')).items;
    expect(older?.newer).toEqual({ version: '1.2.0', status: 'archived' });
    expect(older).not.toHaveProperty('yanked');
    expect(older).not.toHaveProperty('archived');
    const [yanked] = (await plan('tool@1.1.0')).items;
    expect(yanked?.yanked).toBe('it deletes too much');
    expect(yanked).not.toHaveProperty('newer');
    expect((await plan('tool')).items[0]?.newer).toEqual({ version: '1.2.0', status: 'archived' });
  });

  it('says of what is missing that it is withheld, where it is', async () => {
    await publish(admin, 'tool', { version: '1.0.0' });
    await needing('user', 'tool@^1', 'nowhere');
    await admin.call(lifecycle.archiveSkill, { params: { slug: 'tool' } });
    const withheld = { version: '1.0.0', status: 'archived' };
    const [nowhere, tool] = (await plan('user')).missing;
    expect(nowhere).not.toHaveProperty('withheld');
    expect(tool).toMatchObject({ slug: 'tool', withheld });
    const body = { roots: [{ slug: 'user' }], missing: 'refuse' as const };
    const { detail } = await admin.refused(resolve, { body });
    expect(detail).toContain('1.0.0 is archived, and no other is live');
  });

  it('never takes what the safety gate holds back', async () => {
    for (const version of ['1.0.0', '1.1.0']) await publish(admin, 'tool', { version, body: version });
    await needing('user', 'tool@^1');
    const query = { version: '1.1.0' };
    const { sha256 } = await admin.call(getSkillDetail, { params: { slug: 'tool' }, query });
    await admin.call(blockBundle, { params: { sha256 }, body: { reason: 'it sends files away' } });
    expect(await chosen('user')).toEqual(['tool 1.0.0', 'user 1.0.0']);
    expect((await plan('tool')).items[0]?.newer).toEqual({ version: '1.1.0', status: 'held' });
    expect(await refusal('tool@1.1.0')).toMatchObject({ status: 403, code: 'version-held' });
    await admin.call(unblockBundle, { params: { sha256 }, body: { reason: 'it does not' } });
    expect(await chosen('user')).toEqual(['tool 1.1.0', 'user 1.0.0']);
  });

  it('has an item that was renamed once, by whichever name it is asked for', async () => {
    await publish(admin, 'old-tool', { version: '1.0.0' });
    await needing('user', 'old-tool@^1');
    expect(await chosen('user')).toEqual(['old-tool 1.0.0', 'user 1.0.0']);
    await admin.call(renameSkill, { params: { slug: 'old-tool' }, body: { to: 'better-tool' } });
    await publish(admin, 'better-tool', { version: '1.1.0', body: 'newer' });
    await needing('other', 'better-tool@^1', 'user');
    expect(await chosen('other', 'old-tool')).toEqual(['better-tool 1.1.0', 'user 1.0.0', 'other 1.0.0']);
    expect(await closureOf('user')).toEqual(['better-tool@^1 1']);
  });

  it('is refused with every root that cannot be, and where it stands', async () => {
    await needing('there');
    const problem = await refusal('nowhere', 'there', 'there@9.9.9', 'there@^7', 'there@nightly');
    expect(problem).toMatchObject({ status: 404, code: 'skill-not-found' });
    expect(problem.errors.map(({ code, pointer }) => `${code} ${pointer ?? ''}`)).toEqual([
      'skill-not-found /roots/0',
      'version-not-found /roots/2',
      'version-not-found /roots/3',
      'version-not-found /roots/4',
    ]);
  });

  it('is of one tenant only', async () => {
    await needing('ours');
    const other = await newTenant(thisRun.operator);
    expect((await other.admin.refused(resolve, { body: { roots: [{ slug: 'ours' }] } })).status).toBe(404);
  });

  it('is asked for with 1 to 1000 roots', async () => {
    await needing('there');
    const roots = (count: number) => ({
      body: { roots: Array.from({ length: count }, () => ({ slug: 'there' })) },
    });
    expect((await admin.refused(resolve, roots(0))).status).toBe(400);
    expect((await admin.refused(resolve, roots(1001))).status).toBe(400);
    expect((await admin.call(resolve, roots(1000))).items).toHaveLength(1);
  });
});
