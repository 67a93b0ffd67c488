import { randomUUID } from 'node:crypto';
import * as decay from '@loam/contracts/http/decay';
import { reportEvents } from '@loam/contracts/http/events';
import * as lifecycle from '@loam/contracts/http/lifecycle';
import * as registry from '@loam/contracts/http/registry';
import { searchCatalog } from '@loam/contracts/http/search';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { addWebhook, listDeliveries } from '@loam/contracts/http/webhooks';
import { eventually } from '@loam/testing';
import { newTenant, type Caller } from './caller.fixtures';
import { openHouse, type House } from './house.fixtures';
import { publish } from './skills.fixtures';

jest.setTimeout(120_000);

let house: House;
beforeAll(async () => {
  // A day of waiting is a second, and nothing is swept but when a test asks for it.
  house = await openHouse({
    environment: { LOAM_DECAY_GRACE_DAY_SECONDS: '1', LOAM_DECAY_SWEEP_SECONDS: '0' },
  });
});
afterAll(() => house.close());

const named = (slug: string) => ({ params: { slug } });
const explained = (admin: Caller, slug: string) => admin.call(decay.explainDecay, named(slug));
const use = (admin: Caller, slug: string) =>
  admin.call(reportUsage, { body: { skill_id: slug, event: 'view', version: '1.0.0' } });
const standings = async (admin: Caller, state?: string) =>
  (await admin.call(decay.decayStandings, state === undefined ? {} : { query: { state } })).items;
const namesOf = (items: readonly { readonly slug: string }[]): string[] =>
  items.map(({ slug }) => slug).sort();

/** Sweeps now and gives what came of it. */
async function sweep(admin: Caller) {
  const { id } = await admin.call(decay.runSweep);
  return eventually(async () => {
    const { sweeps } = await admin.call(decay.listSweeps);
    const done = sweeps.find((each) => each.id === id);
    if (done === undefined) throw new Error('it is not over yet');
    return done;
  }, 60_000);
}

/** Never used counts as unused at once, and nothing is too young. */
const strict = (rest: object = {}) => ({
  policies: [
    { kind: 'skill', rules: { unused: { days: 1, max_uses: 3 } }, exempt: { young_days: 0 }, ...rest },
  ],
});

/** A tenant with these skills, of which one more, `busy`, is in use, so that there is data to decide by. */
async function someTenant(...slugs: string[]): Promise<Caller> {
  const { admin } = await newTenant(house.operator);
  for (const slug of [...slugs, 'busy']) await publish(admin, slug);
  for (let uses = 0; uses < 3; uses += 1) await use(admin, 'busy');
  await eventually(async () => {
    expect(namesOf(await standings(admin, 'all'))).toEqual([...slugs, 'busy'].sort());
    expect((await explained(admin, 'busy')).standing.uses).toBe(3);
  });
  return admin;
}

describe('what nobody uses', () => {
  it('DEC-08 is flagged, told to its owner, archived after the grace period, and brought back by one call', async () => {
    const admin = await someTenant('base');
    const hook = { url: 'https://1.1.1.1/hook', events: ['decay.owner-notified'] };
    const { id } = await admin.call(addWebhook, { body: hook });
    await publish(admin, 'fading', { requires: ['base'] });
    await eventually(async () => expect((await explained(admin, 'fading')).standing.state).toBe('live'));
    // Once nothing live requires it, it would fade as well.
    await admin.call(decay.pinItem, named('base'));
    const policy = strict({ notify_after_days: 0, archive: { after_days: 1, owner: 'platform' } });
    expect(await admin.call(decay.setDecayPolicy, { body: policy })).toMatchObject({ version: 1 });
    const before = await admin.call(registry.getSkillDetail, named('fading'));

    expect(await sweep(admin)).toMatchObject({ outcome: 'done', policyVersion: 1, flagged: 1 });
    expect(await standings(admin)).toMatchObject([{ slug: 'fading', state: 'candidate', rules: ['unused'] }]);
    await eventually(async () => {
      const detail = await admin.call(registry.getSkillDetail, named('fading'));
      expect(detail.decay).toMatchObject({ rules: ['unused'] });
    });
    // It is found as before, and lists and searches say that it is a candidate.
    const shown = { slug: 'fading', decay: expect.objectContaining({ rules: ['unused'] }) };
    for (const query of [{}, { query: 'fading' }])
      expect(await admin.call(registry.listSkills, { query })).toContainEqual(expect.objectContaining(shown));
    const { items } = await admin.call(searchCatalog, { query: { q: 'fading' } });
    expect(items).toContainEqual(expect.objectContaining(shown));

    expect(await sweep(admin)).toMatchObject({ notified: 1 });
    expect(await standings(admin, 'notified')).toMatchObject([
      { slug: 'fading', archiveAfter: expect.stringMatching(/Z$/) },
    ]);
    const told = "SELECT data->>'owner' AS owner FROM decay.events WHERE type = 'decay.owner-notified'";
    expect(await house.rows(told)).toEqual([{ owner: 'platform' }]);
    await eventually(async () =>
      expect(await admin.call(listDeliveries, { params: { id } })).toMatchObject([
        { type: 'decay.owner-notified' },
      ]),
    );
    await eventually(async () => {
      await sweep(admin);
      expect(namesOf(await standings(admin, 'archived'))).toEqual(['fading']);
    }, 60_000);
    const exact = { ...named('fading'), query: { version: '1.0.0' } };
    expect(await admin.refused(registry.getSkill, named('fading'))).toMatchObject({
      code: 'skill-not-found',
    });
    expect(await admin.call(registry.getSkill, exact)).toMatchObject({ status: 'archived' });
    const bundle = await admin.send(registry.downloadBundle, exact);
    expect(bundle.status).toBe(200);
    expect(bundle.headers.get('x-loam-archived')).toBe('true');
    expect(bundle.headers.get('warning')).toContain('fading 1.0.0 is archived');
    expect(await admin.call(registry.getDependencies, exact)).toMatchObject([{ slug: 'base' }]);

    await admin.call(lifecycle.unarchiveSkill, named('fading'));
    expect(await admin.call(registry.getSkillDetail, named('fading'))).toMatchObject({
      ...{ version: before.version, sha256: before.sha256, status: before.status, decay: null },
    });
    await eventually(async () => expect((await explained(admin, 'fading')).standing.state).toBe('live'));
    expect(await admin.call(decay.decayDigest)).toMatchObject({
      ...{ candidates: 0, flaggedTotal: 1, archivedTotal: 1, revivedTotal: 1 },
      archived: [{ slug: 'fading' }],
    });
  });

  it('DEC-09 is explained by what decided it, and judged again comes to the same', async () => {
    const admin = await someTenant('quiet');
    await admin.call(decay.setDecayPolicy, { body: strict() });
    await sweep(admin);
    const found = await explained(admin, 'quiet');
    expect(found).toMatchObject({
      standing: { state: 'candidate' },
      policy: { version: 1, kind: 'skill', tag: null },
      thresholds: { rules: { unused: { days: 1, max_uses: 3 } }, exempt: { young_days: 0 } },
      verdict: { candidate: true, reasons: [{ rule: 'unused' }], exemptions: [] },
      decision: { same: true, policy: { version: 1 }, recomputed: { candidate: true } },
    });
    expect(found.decision?.recomputed.reasons).toEqual(found.decision?.reasons);
    expect(found.score.recomputed).toBe(found.score.stored);
    expect(found.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['decay.skill-observed', 'decay.candidate-flagged']),
    );
  });

  it('DEC-09 tells in how many projects it was used, however often in each', async () => {
    const admin = await someTenant('shared');
    const used = (project: string) => ({
      ...{ id: randomUUID(), type: 'loam.invocation.started' },
      data: { skill: 'shared', version: '1.0.0', invocation_id: randomUUID(), project },
    });
    const report = (...projects: string[]) => admin.call(reportEvents, { body: projects.map(used) });
    await report('one', 'other', 'one');
    await eventually(async () =>
      expect((await explained(admin, 'shared')).standing).toMatchObject({
        ...{ uses: 3, distinctProjects: { count: 2, exact: true } },
      }),
    );
    await report('other', 'third');
    await eventually(async () =>
      expect(await standings(admin, 'all')).toContainEqual(
        expect.objectContaining({ slug: 'shared', uses: 5, distinctProjects: { count: 3, exact: true } }),
      ),
    );
  });

  it('DEC-04, DEC-05 is no candidate any more after one use, and none while it is pinned or snoozed', async () => {
    const admin = await someTenant('pinned', 'snoozed', 'used');
    await admin.call(decay.setDecayPolicy, { body: strict() });
    expect(await sweep(admin)).toMatchObject({ flagged: 3 });
    await use(admin, 'used');
    expect(await admin.call(decay.pinItem, named('pinned'))).toMatchObject({ state: 'live', pinned: true });
    const snooze = { ...named('snoozed'), body: { days: 3 } };
    expect(await admin.call(decay.snoozeItem, snooze)).toMatchObject({ state: 'live' });
    await eventually(async () => expect(await standings(admin)).toEqual([]));
    await eventually(async () =>
      expect((await admin.call(registry.getSkillDetail, named('used'))).decay).toBeNull(),
    );
    expect(await sweep(admin)).toMatchObject({ flagged: 0 });
    await admin.call(decay.unpinItem, named('pinned'));
    await admin.call(decay.wakeItem, named('snoozed'));
    expect(await sweep(admin)).toMatchObject({ flagged: 2 });
    expect(namesOf(await standings(admin))).toEqual(['pinned', 'snoozed']);
  });
});

describe('a policy', () => {
  it('DEC-06 is tried before it is set: what changes now, and on a past day', async () => {
    const admin = await someTenant('idle');
    const tried = await admin.call(decay.tryDecayPolicy, { body: { policy: strict() } });
    expect(tried).toMatchObject({
      ...{ examined: 2, candidatesBefore: 0, candidatesAfter: 1 },
      items: [{ slug: 'idle', before: false, after: true, reasons: [{ rule: 'unused' }] }],
    });
    expect(await standings(admin)).toEqual([]);
    const on = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(await admin.call(decay.tryDecayPolicy, { body: { policy: strict(), on } })).toMatchObject({
      examined: 0,
    });
    const today = { body: { on: new Date().toISOString().slice(0, 10) } };
    expect(await admin.refused(decay.tryDecayPolicy, today)).toMatchObject({ code: 'day-not-past' });
  });

  it.each([
    [
      '/policies/0/rules/unused/days',
      { policies: [{ kind: 'skill', rules: { unused: { days: -1, max_uses: 3 } } }] },
    ],
    ['/policies/1/kind', { policies: [{ kind: 'skill' }, { kind: 'skill' }] }],
    ['/policies/0/tag', { policies: [{ kind: 'skill', tag: 'no-such-tag' }] }],
    ['/policies/0/kind', { policies: [{ kind: 'plugin' }] }],
    [
      '/policies/0/archive/after_days',
      { policies: [{ kind: 'skill', archive: { after_days: 0, owner: null } }] },
    ],
    ['/silence_days', { silence_days: 0, policies: [] }],
  ])('that is wrong at %s is refused with 422, and nothing is stored', async (pointer, policy) => {
    const { admin } = await newTenant(house.operator);
    for (const [route, body] of [
      [decay.setDecayPolicy, policy],
      [decay.tryDecayPolicy, { policy }],
    ] as const)
      expect(await admin.refused(route, { body })).toMatchObject({
        ...{ status: 422, code: 'policy-invalid', errors: [{ pointer }] },
      });
    expect(await admin.call(decay.getDecayPolicy)).toMatchObject({ version: 0 });
  });
});

describe('a tenant', () => {
  it('sees and moves nothing of another one', async () => {
    const admin = await someTenant('secret-plan');
    await admin.call(decay.setDecayPolicy, { body: strict() });
    await sweep(admin);
    const { admin: other } = await newTenant(house.operator);
    expect(await standings(other, 'all')).toEqual([]);
    expect(await other.call(decay.decayCandidates)).toEqual([]);
    expect(await other.call(decay.decayDigest)).toMatchObject({ candidates: 0, flaggedTotal: 0 });
    expect(await other.call(decay.getDecayPolicy)).toMatchObject({ version: 0 });
    expect(await other.call(decay.tryDecayPolicy, { body: {} })).toMatchObject({ examined: 0 });
    for (const route of [decay.explainDecay, decay.pinItem, decay.unpinItem, decay.wakeItem])
      expect(await other.refused(route, named('secret-plan'))).toMatchObject({ code: 'skill-not-found' });
    expect(namesOf(await standings(admin))).toEqual(['secret-plan']);
  });

  it('DEC-03 of whose use nothing is heard is not judged: no data', async () => {
    const { admin } = await newTenant(house.operator);
    await publish(admin, 'unheard-of');
    await admin.call(decay.setDecayPolicy, { body: strict() });
    await eventually(async () => expect((await standings(admin, 'all')).length).toBe(1));
    expect(await sweep(admin)).toMatchObject({ outcome: 'no-data', examined: 0, flagged: 0 });
    expect(await standings(admin)).toEqual([]);
  });
});
