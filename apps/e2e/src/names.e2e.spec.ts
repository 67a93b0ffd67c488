import { setTimeout as delay } from 'node:timers/promises';
import { issueToken } from '@loam/contracts/http/gateway';
import { claimNamespace, getNamespace, listNamespaces, releaseNamespace } from '@loam/contracts/http/names';
import { getSkill, listSkills, publishSkill } from '@loam/contracts/http/registry';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { eventually } from '@loam/testing';
import { Caller, newTenant, type Tenant } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

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
    await claim('mine', publisher);
    const stranger = await newTenant(thisRun.operator);
    expect(await stranger.admin.call(listNamespaces)).toEqual([]);
    await publish(stranger.admin, 'mine');
  });
});
