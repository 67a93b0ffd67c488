import { randomUUID } from 'node:crypto';
import { archived, callOf, published, testDecay, unarchived, used, type TestDecay } from './decay.fixtures';
import { ExplainDecayController } from './explain-decay/explain-decay.controller';
import { GetPolicyController } from './get-policy/get-policy.controller';
import { readDigest } from './digest.queries';
import { ListStandingsController } from './list-standings/list-standings.controller';
import { ListSweepsController } from './list-sweeps/list-sweeps.controller';
import { KeepItemController } from './keep-item/keep-item.controller';
import { makeDigests } from './make-digests/make-digests.job';
import { SetPolicyController } from './set-policy/set-policy.controller';
import { TryPolicyController } from './try-policy/try-policy.controller';

const item = { kind: 'skill', slug: 'a-skill' } as const;

describe('a policy', () => {
  let decay: TestDecay;
  beforeAll(async () => (decay = await testDecay()));
  afterAll(() => decay.server.close());

  const set = (tenant: string, policy: unknown) =>
    new SetPolicyController(decay.store).set({ policy }, callOf(tenant));
  const dryRun = (tenant: string, policy: unknown = null, on: string | null = null) =>
    new TryPolicyController(decay.store, decay.now).try({ policy, on }, callOf(tenant));
  const list = (tenant: string, cursor: string | null) =>
    new ListStandingsController(decay.database, decay.now).list(
      { ...{ kind: null, state: 'decided', rule: null, tag: null, below: null }, limit: 10, cursor },
      callOf(tenant),
    );
  const explain = (tenant: string) =>
    new ExplainDecayController(decay.database, decay.now).explain(item, callOf(tenant));

  /** A skill that was used twice in January, and another that is used each week, on the first of July. */
  async function someTenant(): Promise<string> {
    const tenant = randomUUID();
    decay.set('2026-01-20T12:00:00Z');
    await decay.deliver(published(tenant, '1.0.0', { tags: ['ops'] }));
    await decay.deliver(
      published(tenant, '1.0.0', { slug: 'busy', fingerprint: `sha256:${'b'.repeat(64)}` }),
    );
    await decay.deliver(used(tenant, 2, { day: '2026-01-20' }));
    const weekly = Array.from({ length: 23 }, (_, week) => {
      const day = new Date(Date.UTC(2026, 0, 25 + week * 7)).toISOString().slice(0, 10);
      return used(tenant, 1, { slug: 'busy', day });
    });
    for (const use of weekly) {
      decay.set(`${use.data.day}T12:00:00Z`);
      await decay.deliver(use);
    }
    decay.set('2026-07-01T12:00:00Z');
    await decay.deliver(used(tenant, 50, { slug: 'busy', day: '2026-07-01' }));
    return tenant;
  }

  it('DEC-06 shows what it would change before it applies, applies as an event, and can be put back', async () => {
    const tenant = await someTenant();
    const stricter = {
      policies: [
        { kind: 'skill', tag: 'ops', rules: { unused: { days: 90, max_uses: 3 }, one_and_done: null } },
      ],
    };
    const lenient = { policies: [{ kind: 'skill', rules: { unused: null, one_and_done: null } }] };
    await set(tenant, lenient);
    expect(await dryRun(tenant, stricter)).toMatchObject({
      ...{ examined: 2, candidatesBefore: 0, candidatesAfter: 1 },
      items: [{ slug: 'a-skill', before: false, after: true, reasons: [{ rule: 'unused' }] }],
    });
    expect(await decay.sweep(tenant)).toMatchObject({ policy_version: 1, flagged: 0 });
    expect(await set(tenant, stricter)).toMatchObject({ version: 2 });
    expect(await set(tenant, stricter)).toMatchObject({ version: 2 });
    expect(await dryRun(tenant)).toMatchObject({
      candidatesBefore: 1,
      candidatesAfter: 1,
      items: [{ slug: 'a-skill' }],
    });
    expect(await decay.sweep(tenant)).toMatchObject({ policy_version: 2, flagged: 1 });
    const policies = new GetPolicyController(decay.database);
    const before = await policies.get({ version: 1 }, callOf(tenant));
    if ('rejected' in before) throw new Error('the first version is gone');
    expect(await set(tenant, before.policy)).toMatchObject({ version: 3 });
    expect(await decay.sweep(tenant)).toMatchObject({ policy_version: 3, cleared: 1 });
    expect(await policies.list({}, callOf(tenant))).toMatchObject([
      { version: 3 },
      { version: 2 },
      { version: 1 },
      { version: 0 },
    ]);
  });

  it('is tried on a past day with what was known then', async () => {
    const tenant = await someTenant();
    const policy = {
      policies: [
        {
          kind: 'skill',
          rules: { unused: { days: 30, max_uses: 5 }, one_and_done: null },
          exempt: { young_days: 0 },
        },
      ],
    };
    const on = (day: string) => dryRun(tenant, policy, day);
    expect(await on('2026-01-21')).toMatchObject({
      examined: 2,
      candidatesAfter: 1,
      items: [{ slug: 'busy' }],
    });
    expect(await on('2026-06-30')).toMatchObject({ examined: 2, candidatesAfter: 1 });
    expect(await on('2026-01-19')).toMatchObject({ examined: 0 });
    expect(await on('2026-07-01')).toMatchObject({ rejected: 'day-not-past' });
    expect(await dryRun(tenant, policy)).toMatchObject({
      candidatesBefore: 1,
      candidatesAfter: 1,
      items: [],
    });
  });

  it('that is not valid is refused by the field', async () => {
    const tenant = await someTenant();
    const pointers = async (policy: unknown) => {
      const answer = await set(tenant, policy);
      return 'rejected' in answer ? answer.errors?.map(({ pointer }) => pointer) : [];
    };
    const unused = { days: -5, max_uses: 3 };
    expect(await pointers({ policies: [{ kind: 'skill', rules: { unused } }] })).toEqual([
      '/policies/0/rules/unused/days',
    ]);
    expect(await pointers({ policies: [{ kind: 'skill' }, { kind: 'skill' }] })).toEqual([
      '/policies/1/kind',
    ]);
    expect(await pointers({ policies: [{ kind: 'skill', tag: 'opps' }] })).toEqual(['/policies/0/tag']);
    expect(
      await new GetPolicyController(decay.database).get({ version: null }, callOf(tenant)),
    ).toMatchObject({ version: 0 });
  });

  it('DEC-09 explains: the same inputs judged again say the same, and the score adds up anew', async () => {
    const tenant = await someTenant();
    await decay.sweep(tenant);
    const explained = await explain(tenant);
    if ('rejected' in explained) throw new Error('nothing is explained');
    const { decision, score, standing, events } = explained;
    expect(standing).toMatchObject({ state: 'candidate', rules: ['one-and-done'] });
    expect(decision).toMatchObject({ same: true, policy: { version: 0, kind: 'skill', tag: null } });
    expect(decision?.recomputed.reasons).toEqual(decision?.reasons);
    expect(score.recomputed).toBe(score.stored);
    expect(explained.inputs).toMatchObject({ uses: 2, lastUsedDay: '2026-01-20' });
    expect(explained.versions).toMatchObject([{ version: '1.0.0', uses: 2, live: true }]);
    expect(events.map(({ type }) => type)).toEqual([
      ...['decay.candidate-flagged', 'decay.usage-observed', 'decay.skill-observed'],
    ]);
  });

  it('DEC-04 lets what is pinned or snoozed be, and says so', async () => {
    const tenant = await someTenant();
    await decay.sweep(tenant);
    const keep = new KeepItemController(decay.store, decay.now);
    expect(await keep.pin({ ...item, pinned: true }, callOf(tenant))).toMatchObject({
      state: 'live',
      pinned: true,
    });
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 0 });
    expect(await explain(tenant)).toMatchObject({
      verdict: { candidate: false, exemptions: [{ exemption: 'pinned' }] },
    });
    await keep.pin({ ...item, pinned: false }, callOf(tenant));
    await keep.snooze({ ...item, days: 5 }, callOf(tenant));
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 0 });
    await keep.snooze({ ...item, days: 0 }, callOf(tenant));
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 1 });
    expect(await keep.pin({ kind: 'skill', slug: 'nobody', pinned: true }, callOf(tenant))).toMatchObject({
      rejected: 'skill-not-found',
    });
  });

  it('DEC-08 an item that was archived comes back live, and its archiving stays in its history', async () => {
    const tenant = await someTenant();
    await decay.sweep(tenant);
    await decay.deliver(archived(tenant, 1, '1.0.0'));
    expect(await explain(tenant)).toMatchObject({ standing: { state: 'archived' }, inputs: null });
    await decay.deliver({ ...unarchived(tenant, 2, '1.0.0'), occurredAt: '2026-07-01T12:00:00.000Z' });
    expect(await explain(tenant)).toMatchObject({
      ...{ standing: { state: 'live', uses: 2 }, verdict: { exemptions: [{ exemption: 'young' }] } },
    });
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('DEC-08 an item of which a new version is published comes back as one that is unarchived does', async () => {
    const tenant = await someTenant();
    await decay.deliver(archived(tenant, 1, '1.0.0'));
    await decay.deliver({ ...published(tenant, '1.1.0', { at: '2026-07-01T11:00:00.000Z' }), revision: 2 });
    expect(await explain(tenant)).toMatchObject({
      ...{ standing: { state: 'live', version: '1.1.0', uses: 2 }, inputs: { ageDays: 0 } },
      verdict: { candidate: false, exemptions: [{ exemption: 'young' }] },
    });
    const week = await decay.database.tenant(tenant, (tx) =>
      readDigest(tx, new Date('2026-07-01T00:00:00Z'), new Date('2026-07-02T00:00:00Z')),
    );
    expect(week).toMatchObject({ revived: [{ slug: 'a-skill' }] });
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('DEC-06 is put back although no live item has its tag any more, and says so', async () => {
    const tenant = await someTenant();
    const tagged = { policies: [{ kind: 'skill', tag: 'ops', archive: { after_days: 5, owner: 'ops' } }] };
    expect(await set(tenant, tagged)).toMatchObject({ version: 1, warnings: [] });
    await set(tenant, { policies: [] });
    await decay.deliver(archived(tenant, 1, '1.0.0'));
    expect(await set(tenant, tagged)).toMatchObject({
      ...{ version: 3, warnings: ['/policies/0/tag: no live item has the tag ops'] },
    });
    expect(await set(tenant, { policies: [{ kind: 'skill', tag: 'opps' }] })).toMatchObject({
      errors: [{ pointer: '/policies/0/tag' }],
    });
  });

  it('names the owner that it gives, in what is told of an item and to the week', async () => {
    const tenant = await someTenant();
    const policy = (owner: string) => ({
      policies: [{ kind: 'skill', notify_after_days: 0, archive: { after_days: 5, owner } }],
    });
    for (const owner of ['', 'a\u0000b', 'two\nlines', 'x'.repeat(201)])
      expect(await set(tenant, policy(owner))).toMatchObject({
        errors: [{ pointer: '/policies/0/archive/owner' }],
      });
    await set(tenant, policy('Plattform-Gruppe (Köln)'));
    await decay.sweep(tenant);
    await decay.sweep(tenant);
    const owner = 'Plattform-Gruppe (Köln)';
    expect(await explain(tenant)).toMatchObject({ standing: { state: 'notified', owner } });
    const listed = await list(tenant, null);
    expect(listed).toMatchObject({ items: [{ slug: 'a-skill', owner }] });
    const week = await decay.database.tenant(tenant, (tx) =>
      readDigest(tx, new Date('2026-07-01T00:00:00Z'), new Date('2026-07-02T00:00:00Z')),
    );
    expect(week).toMatchObject({ notifiedTotal: 1, notified: [{ slug: 'a-skill' }] });
  });

  it.each([
    ...[{ parts: ['0', 'skill', 'a\0b'] }, { parts: ['0', 'skill'] }, { parts: ['0', 'skill', 'a', 'b'] }],
    ...[{ parts: ['0', 'tool', 'a'] }, { parts: ['', 'skill', 'a'] }, { parts: ['NaN', 'skill', 'a'] }],
    ...[{ parts: ['1e-999', 'skill', 'a'] }, { parts: ['0x1', 'skill', 'a'] }, { parts: [0, 'skill', 'a'] }],
    ...[{ parts: 'text' }, { parts: {} }],
  ])('its lists take no cursor but their own: $parts', async ({ parts }) => {
    const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
    expect(await list(randomUUID(), cursor)).toMatchObject({ rejected: 'cursor-invalid' });
  });

  it.each([
    ...[['2026-07-01T00:00:00.000Z', 'a\0b'], ['0000-01-01T00:00:00Z', 'a'], ['infinity', 'a'], ['1']],
  ])('its sweeps take no cursor but their own: %j', async (...parts) => {
    const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
    const sweeps = new ListSweepsController(decay.database);
    expect(await sweeps.list({ limit: 1, cursor }, callOf(randomUUID()))).toMatchObject({
      rejected: 'cursor-invalid',
    });
  });

  it('tells each week once what it came to', async () => {
    const tenant = await someTenant();
    await decay.sweep(tenant);
    decay.set('2026-07-06T06:00:00Z');
    for (let times = 0; times < 2; times += 1) await makeDigests(decay.store, decay.now(), decay.never);
    const told = await decay.server.asSuperuser<{ data: unknown }>(
      "SELECT data FROM decay.events WHERE tenant_id = $1 AND type = 'decay.digest-made'",
      [tenant],
    );
    expect(told).toMatchObject([
      { data: { week: '2026-06-29', flaggedTotal: 1, flagged: [{ slug: 'a-skill' }], candidates: 1 } },
    ]);
  });
});
