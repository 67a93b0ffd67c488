import { setTimeout as delay } from 'node:timers/promises';
import { issueToken } from '@loam/contracts/http/gateway';
import {
  archiveSkill,
  moveChannel,
  removeChannel,
  unyankSkill,
  yankSkill,
} from '@loam/contracts/http/lifecycle';
import {
  claimNamespace,
  getNamespace,
  listNamespaces,
  releaseNamespace,
  renameSkill,
} from '@loam/contracts/http/names';
import {
  downloadBundle,
  getDependencies,
  getSkill,
  listSkills,
  listVersions,
  publishSkill,
} from '@loam/contracts/http/registry';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { eventually } from '@loam/testing';
import { Caller, newTenant, problemOf, type Tenant } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';
import { sha256Of } from './transfer.fixtures';

let tenant: Tenant;

beforeEach(async () => {
  tenant = await newTenant(thisRun.operator);
});

interface Publisher {
  readonly id: string;
  readonly caller: Caller;
}

/** Somebody who may read, publish and report, and nothing else. */
async function newPublisher(): Promise<Publisher> {
  const scopes = ['skills:read' as const, 'skills:publish' as const, 'telemetry:write' as const];
  const { id, raw_token } = await tenant.admin.call(issueToken, { body: { label: 'publisher', scopes } });
  return { id, caller: new Caller(thisRun.url, raw_token) };
}

const refusal = async (caller: Caller, slug: string, name = slug) => {
  const bundle = await bundleOf({
    'SKILL.md': skillMd({ name: JSON.stringify(name), description: 'About it.' }),
  });
  return caller.refused(publishSkill, { body: { slug, version: '1.0.0' }, bundle });
};

describe('PUB-15: a name', () => {
  it('of 65 characters, with capitals or with doubled hyphens is slug-invalid', async () => {
    for (const slug of ['a'.repeat(65), 'Writing', 'a--b', '-a', 'a_b', 'a\u0430'])
      expect(await refusal(tenant.admin, slug)).toMatchObject({ code: 'slug-invalid', status: 422 });
    await publish(tenant.admin, 'a'.repeat(64));
  });

  it.each([
    ['latest', 'names.reserved-word'],
    ['help', 'names.session-command'],
    ['claude-helper', 'names.vendor'],
    ['official-anthropic-tools', 'names.vendor'],
  ])('%s is reserved, by the rule %s', async (slug, rule) => {
    const problem = await refusal(tenant.admin, slug);
    expect(problem).toMatchObject({ code: 'slug-reserved', status: 422 });
    expect(problem.detail).toContain(rule);
    expect(await tenant.admin.call(listSkills)).toEqual([]);
  });

  it.each([
    ['pay\u200bments', 'invisible'],
    ['p\u0430yments', 'names.mixed-script'],
  ])('in SKILL.md that is not what it looks like is refused, by the rule of %j', async (name, rule) => {
    const problem = await refusal(tenant.admin, 'payments', name);
    expect(problem).toMatchObject({ code: 'name-invalid', status: 422 });
    expect(problem.detail).toContain(rule);
  });

  it('that agents have for themselves is published, and somebody should look at it', async () => {
    const { skill } = await publish(tenant.admin, 'review');
    expect(skill).toMatchObject({ status: 'published', verdict: 'review' });
  });

  it("that looks like somebody else's popular one is refused, one a slip away is held for review, the owner's own passes", async () => {
    const [owner, other] = [await newPublisher(), await newPublisher()];
    await publish(owner.caller, 'writing-changelogs');
    await publish(other.caller, 'writing-change10gs-too');
    for (let use = 0; use < 60; use += 1)
      await owner.caller.call(reportUsage, {
        body: { skill_id: 'writing-changelogs', event: 'download', version: '1.0.0' },
      });
    // Until the uses have come through, each attempt takes its name for good.
    const alike = [
      'writ1ng-changelogs',
      'writing-change1ogs',
      'writing-changel0gs',
      'writing-changelog5',
    ].flatMap((slug) => [slug, slug.replace('-', ''), slug.replace('wr', 'wr-'), slug.replace('ch', 'c-h')]);
    const problem = await eventually(async () => {
      await delay(1000);
      return refusal(other.caller, alike.shift() ?? 'writing-changelogs');
    }, 30_000);
    expect(problem).toMatchObject({ code: 'slug-look-alike', status: 422 });
    expect(problem.detail).toContain('names.look-alike');
    const near = await publish(other.caller, 'writing-changelog');
    expect(near.skill).toMatchObject({ status: 'published', verdict: 'review' });
    const own = await publish(owner.caller, 'writing-changelogss');
    expect(own.skill.verdict).toBe('pass');
    const again = await publish(other.caller, 'writing-change10gs-too', { version: '1.1.0' });
    expect(again.skill.verdict).toBe('pass');
    expect(await other.caller.call(getSkill, { params: { slug: 'writing-changelog' } })).toMatchObject({
      version: '1.0.0',
    });
  }, 60_000);
});

describe('a namespace', () => {
  const claim = (prefix: string, ...owners: Publisher[]) =>
    tenant.admin.call(claimNamespace, { params: { prefix }, body: { owners: owners.map(({ id }) => id) } });

  it('is published in by its owners and administrators alone; others are open to all', async () => {
    const [owner, other] = [await newPublisher(), await newPublisher()];
    await publish(other.caller, 'payments-old');
    expect(await claim('payments', owner)).toMatchObject({ prefix: 'payments', owners: [owner.id] });
    for (const slug of ['payments', 'payments-eu', 'payments-old'])
      expect(await refusal(other.caller, slug)).toMatchObject({ code: 'namespace-owned', status: 403 });
    await publish(owner.caller, 'payments-eu');
    await publish(tenant.admin, 'payments-us');
    await publish(other.caller, 'payments2');
  });

  it('keeps others from yanking what is in it and from moving its channels', async () => {
    const [owner, other] = [await newPublisher(), await newPublisher()];
    await publish(owner.caller, 'billing-eu');
    await claim('billing', owner);
    const params = { slug: 'billing-eu' };
    const version = { body: { version: '1.0.0' } };
    const yank = { body: { version: '1.0.0', reason: 'broken' } };
    const channel = { params: { ...params, channel: 'beta' } };
    for (const change of [
      (by: Caller) => by.send(moveChannel, { ...channel, ...version }),
      (by: Caller) => by.send(removeChannel, channel),
      (by: Caller) => by.send(yankSkill, { params, ...yank }),
      (by: Caller) => by.send(unyankSkill, { params, ...version }),
    ]) {
      const problem = await problemOf(await change(other.caller));
      expect(problem).toMatchObject({ code: 'namespace-owned', status: 403 });
      expect((await change(owner.caller)).status).toBe(200);
    }
    expect((await tenant.admin.send(yankSkill, { params, ...yank })).status).toBe(200);
  });

  it('of a narrower prefix counts before the wider one', async () => {
    const [wide, narrow] = [await newPublisher(), await newPublisher()];
    await claim('data', wide);
    await claim('data-lake', narrow);
    await publish(narrow.caller, 'data-lake-import');
    expect(await refusal(wide.caller, 'data-lake-export')).toMatchObject({ code: 'namespace-owned' });
    await publish(wide.caller, 'data-warehouse');
  });

  it('goes over to others with its history, and can be opened again', async () => {
    const [first, second] = [await newPublisher(), await newPublisher()];
    await claim('ops', first);
    await claim('ops', second);
    expect(await refusal(first.caller, 'ops-alerts')).toMatchObject({ code: 'namespace-owned' });
    await publish(second.caller, 'ops-alerts');
    const found = await first.caller.call(getNamespace, { params: { prefix: 'ops' } });
    expect(found.history.map(({ owners }) => owners)).toEqual([[second.id], [first.id]]);
    await tenant.admin.call(releaseNamespace, { params: { prefix: 'ops' } });
    await publish(first.caller, 'ops-runbooks');
    expect(await first.caller.call(listNamespaces)).toEqual([]);
    const gone = await tenant.admin.refused(releaseNamespace, { params: { prefix: 'ops' } });
    expect(gone.code).toBe('namespace-not-found');
  });

  it("lets its owners take a vendor's name", async () => {
    const owner = await newPublisher();
    await claim('claude', owner);
    await publish(owner.caller, 'claude-helper');
  });

  it('is claimed by administrators alone, and of no other tenant', async () => {
    const publisher = await newPublisher();
    const given = { params: { prefix: 'mine' }, body: { owners: [publisher.id] } };
    expect((await publisher.caller.refused(claimNamespace, given)).code).toBe('forbidden');
    const invalid = await tenant.admin.refused(claimNamespace, {
      ...given,
      params: { prefix: 'Not_a_slug' },
    });
    expect(invalid.code).toBe('slug-invalid');
    const nobody = await tenant.admin.refused(claimNamespace, {
      ...{ params: { prefix: 'mine' }, body: { owners: [publisher.id, 'nobody'] } },
    });
    expect(nobody).toMatchObject({ code: 'owner-unknown', errors: [{ pointer: '/owners/1' }] });
    await claim('mine', publisher);
    const stranger = await newTenant(thisRun.operator);
    expect(await stranger.admin.call(listNamespaces)).toEqual([]);
    await publish(stranger.admin, 'mine');
  });
});

describe('an item that is renamed', () => {
  const rename = (caller: Caller, slug: string, to: string) =>
    caller.call(renameSkill, { params: { slug }, body: { to } });

  it('is read under both names as what it is called now, with versions, channels and bytes', async () => {
    const { admin } = tenant;
    await publish(admin, 'old-name');
    const bytesOf = async (slug: string) => {
      const given = { params: { slug }, query: { version: '1.0.0', bytes: 'true' } };
      const { headers, ...download } = await admin.send(downloadBundle, given).then(async (response) => ({
        headers: response.headers,
        sha256: sha256Of(Buffer.from(await response.arrayBuffer())),
      }));
      return { ...download, renamedTo: headers.get('x-loam-renamed-to') };
    };
    const before = await bytesOf('old-name');
    await publish(admin, 'old-name', { version: '1.1.0', body: 'Better.' });
    const channel = { params: { slug: 'old-name', channel: 'stable' }, body: { version: '1.0.0' } };
    await admin.call(moveChannel, channel);
    expect(await rename(admin, 'old-name', 'new-name')).toEqual({
      ...{ kind: 'skill', from: 'old-name', slug: 'new-name' },
    });
    const asked = await admin.send(getDependencies, { params: { slug: 'old-name' } });
    expect(asked.headers.get('x-loam-renamed-to')).toBe('new-name');
    const frontmatter = { name: 'new-name', description: 'Of itself.', requires: '[old-name]' };
    const itself = { body: { slug: 'new-name', version: '2.0.0' } };
    const bundle = await bundleOf({ 'SKILL.md': skillMd(frontmatter) });
    expect(await admin.refused(publishSkill, { ...itself, bundle })).toMatchObject({
      code: 'requires-itself',
    });
    for (const slug of ['old-name', 'new-name']) {
      const params = { slug };
      expect(await admin.call(getSkill, { params })).toMatchObject({ slug: 'new-name', version: '1.1.0' });
      expect(await admin.call(getSkill, { params, query: { version: 'stable' } })).toMatchObject({
        version: '1.0.0',
      });
      expect((await admin.call(listVersions, { params })).map(({ version }) => version)).toEqual([
        '1.1.0',
        '1.0.0',
      ]);
      const renamedTo = slug === 'old-name' ? 'new-name' : null;
      expect(await bytesOf(slug)).toEqual({ ...before, renamedTo });
    }
    expect((await admin.call(listSkills)).map(({ slug }) => slug)).toEqual(['new-name']);
  });

  it('is published under its new name alone, where its versions stay as immutable as they were', async () => {
    const { admin } = tenant;
    await publish(admin, 'old-name');
    await rename(admin, 'old-name', 'new-name');
    expect(await refusal(admin, 'old-name')).toMatchObject({ code: 'skill-renamed', status: 409 });
    expect(await refusal(admin, 'new-name')).toMatchObject({ code: 'version-exists', status: 409 });
    await publish(admin, 'new-name', { version: '1.1.0' });
    expect(await admin.call(getSkill, { params: { slug: 'old-name' } })).toMatchObject({ version: '1.1.0' });
    await admin.call(archiveSkill, { params: { slug: 'new-name' } });
    expect((await admin.refused(getSkill, { params: { slug: 'old-name' } })).status).toBe(404);
  });

  it('leads from every name that it ever had to its newest, and never in a circle', async () => {
    const { admin } = tenant;
    await publish(admin, 'first');
    await rename(admin, 'first', 'second');
    await rename(admin, 'second', 'third');
    for (const slug of ['first', 'second'])
      expect(await admin.call(getSkill, { params: { slug } })).toMatchObject({ slug: 'third' });
    const back = { params: { slug: 'third' }, body: { to: 'first' } };
    expect(await admin.refused(renameSkill, back)).toMatchObject({ code: 'slug-taken', status: 409 });
    const again = { params: { slug: 'first' }, body: { to: 'fourth' } };
    expect(await admin.refused(renameSkill, again)).toMatchObject({ code: 'skill-renamed', status: 409 });
  });

  it('still answers for those who require it by its old name', async () => {
    const { admin } = tenant;
    await publish(admin, 'deep');
    await publish(admin, 'base', { requires: ['deep'] });
    await publish(admin, 'top', { requires: ['base@^1.0.0'] });
    await rename(admin, 'base', 'ground');
    const closure = await admin.call(getDependencies, { params: { slug: 'top' } });
    expect(closure.map(({ slug }) => slug)).toEqual(['ground', 'deep']);
    await publish(admin, 'other', { requires: ['base@^1.0.0'] });
  });

  it('is renamed by its owner or an administrator, to a name that is free and allowed', async () => {
    const { admin } = tenant;
    const [owner, other] = [await newPublisher(), await newPublisher()];
    await publish(owner.caller, 'mine');
    await publish(other.caller, 'theirs');
    const to = (slug: string) => ({ params: { slug: 'mine' }, body: { to: slug } });
    expect(await other.caller.refused(renameSkill, to('yours'))).toMatchObject({
      code: 'not-the-owner',
      status: 403,
    });
    const cases = {
      theirs: 'slug-taken',
      latest: 'slug-reserved',
      'claude-mine': 'slug-reserved',
      'Not ok': 'slug-invalid',
    };
    for (const [slug, code] of Object.entries(cases))
      expect(await owner.caller.refused(renameSkill, to(slug))).toMatchObject({ code });
    const unknown = { params: { slug: 'nothing' }, body: { to: 'something' } };
    expect(await admin.refused(renameSkill, unknown)).toMatchObject({ code: 'skill-not-found' });
    await rename(owner.caller, 'mine', 'still-mine');
  });
});
