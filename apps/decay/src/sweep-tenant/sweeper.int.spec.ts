import { randomUUID } from 'node:crypto';
import { CandidateChanged, CandidateFlagged, SweepCompleted } from '@loam/contracts/decay';
import { archived, published, testDecay, unarchived, used, type TestDecay } from '../decay.fixtures';
import { findStanding } from '../standings.queries';

const item = { kind: 'skill', slug: 'a-skill' } as const;

describe('a sweep', () => {
  let decay: TestDecay;
  beforeAll(async () => (decay = await testDecay()));
  afterAll(() => decay.server.close());

  const stateOf = async (tenant: string, slug: string = item.slug) =>
    (await decay.database.tenant(tenant, (tx) => findStanding(tx, { ...item, slug }, decay.now())))?.state;
  const countOf = async (tenant: string, type: string) =>
    Number(
      (
        await decay.server.asSuperuser<{ count: string }>(
          'SELECT count(*) FROM decay.events WHERE tenant_id = $1 AND type = $2',
          [tenant, type],
        )
      )[0]?.count,
    );

  /** A tenant with a skill that nobody uses, and another that is used each day until then. */
  const tenantUntil = async (day: string): Promise<string> => {
    const tenant = randomUUID();
    decay.set(`${day}T12:00:00Z`);
    await decay.deliver(published(tenant, '1.0.0'));
    await decay.deliver(
      published(tenant, '1.0.0', { slug: 'busy', fingerprint: `sha256:${'b'.repeat(64)}` }),
    );
    await decay.deliver(used(tenant, 50, { slug: 'busy', day }));
    return tenant;
  };

  it('makes a candidate of what nobody uses, once, and tells by which policy and inputs', async () => {
    const tenant = await tenantUntil('2026-07-01');
    expect(await decay.sweep(tenant)).toMatchObject({ outcome: 'done', examined: 2, flagged: 1 });
    expect(await stateOf(tenant)).toBe('candidate');
    expect(await stateOf(tenant, 'busy')).toBe('live');
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 0 });
    expect(await countOf(tenant, CandidateFlagged.name)).toBe(1);
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('DEC-03 archives and flags nothing after ten days without any use, and says no data', async () => {
    const tenant = await tenantUntil('2026-07-01');
    await decay.setPolicy(tenant, {
      policies: [{ kind: 'skill', rules: { unused: { days: 185, max_uses: 3 } } }],
    });
    decay.set('2026-07-11T12:00:00Z');
    expect(await decay.sweep(tenant)).toMatchObject({ outcome: 'no-data', examined: 0, flagged: 0 });
    expect(await stateOf(tenant)).toBe('live');
    decay.set('2036-07-11T12:00:00Z');
    expect(await decay.sweep(tenant)).toMatchObject({ outcome: 'no-data' });
    decay.set('2026-07-12T12:00:00Z');
    await decay.deliver(used(tenant, 1, { slug: 'busy', day: '2026-07-12' }));
    expect(await decay.sweep(tenant)).toMatchObject({ outcome: 'done', flagged: 0 });
    decay.set('2026-07-01T12:00:00Z');
    expect(await decay.sweep(tenant)).toMatchObject({ outcome: 'clock-behind' });
    expect(await stateOf(tenant)).toBe('live');
  });

  it('DEC-03 stops the clock of disuse during an outage, unless what happened meanwhile is heard of', async () => {
    const tenants = [await tenantUntil('2026-07-01'), await tenantUntil('2026-07-01')] as const;
    for (const tenant of tenants) {
      await decay.setPolicy(tenant, {
        policies: [{ kind: 'skill', rules: { unused: { days: 8, max_uses: 9 } } }],
      });
      await decay.deliver(used(tenant, 1, { day: '2026-06-26' }));
    }
    const sweepOn = async (tenant: string, day: string) => {
      decay.set(`${day}T12:00:00Z`);
      await decay.deliver(used(tenant, 1, { slug: 'busy', day }));
      return decay.sweep(tenant);
    };
    const [silent, late] = tenants;
    expect(await sweepOn(silent, '2026-07-21')).toMatchObject({ outcome: 'done', flagged: 0 });
    expect(await sweepOn(late, '2026-07-21')).toMatchObject({ outcome: 'done', flagged: 0 });
    // Six days before the silence, and two after it.
    expect(await sweepOn(silent, '2026-07-22')).toMatchObject({ flagged: 0 });
    expect(await sweepOn(silent, '2026-07-23')).toMatchObject({ flagged: 1 });
    for (const day of ['2026-07-08', '2026-07-15']) await decay.deliver(used(late, 1, { slug: 'busy', day }));
    expect(await sweepOn(late, '2026-07-24')).toMatchObject({ flagged: 1 });
  });

  it('DEC-03 tells the owner anew when an outage fell into the time it was given', async () => {
    const tenant = await tenantUntil('2026-07-01');
    await decay.setPolicy(tenant, {
      policies: [
        {
          ...{ kind: 'skill', rules: { unused: { days: 1, max_uses: 9 } } },
          ...{ notify_after_days: 0, archive: { after_days: 5, owner: 'platform' } },
        },
      ],
    });
    const sweepOn = async (day: string) => {
      decay.set(`${day}T12:00:00Z`);
      await decay.deliver(used(tenant, 9, { slug: 'busy', day }));
      return decay.sweep(tenant);
    };
    await decay.sweep(tenant);
    expect(await sweepOn('2026-07-02')).toMatchObject({ notified: 1 });
    decay.set('2026-07-20T12:00:00Z');
    await decay.deliver(used(tenant, 9, { slug: 'busy', day: '2026-07-18' }));
    expect(await sweepOn('2026-07-20')).toMatchObject({ notified: 1, archived: 0 });
    expect(await sweepOn('2026-07-21')).toMatchObject({ notified: 0, archived: 0 });
    // Five days after it was told first, and the fifteen of the silence.
    expect(await sweepOn('2026-07-22')).toMatchObject({ archived: 1 });
  });

  it('DEC-05 is undone by a use of thirty days ago that is heard of now, and its history is kept', async () => {
    const tenant = await tenantUntil('2026-07-01');
    await decay.sweep(tenant);
    decay.set('2026-07-02T12:00:00Z');
    await decay.deliver(used(tenant, 1, { day: '2026-06-01' }));
    expect(await stateOf(tenant)).toBe('live');
    expect(await countOf(tenant, CandidateFlagged.name)).toBe(1);
    expect(await decay.sweep(tenant)).toMatchObject({ outcome: 'done', flagged: 0 });
  });

  it('DEC-05 leaves what is a candidate for another reason as well without the rules that a use ended', async () => {
    const tenant = await tenantUntil('2026-07-01');
    await decay.setPolicy(tenant, {
      policies: [
        {
          kind: 'skill',
          rules: {
            unused: { days: 5, max_uses: 99 },
            failing: { below: 0.5, min_outcomes: 5, confidence: 0.9 },
          },
        },
      ],
    });
    await decay.deliver(used(tenant, 9, { day: '2026-06-01', invocations: 9, successes: 0, failures: 9 }));
    await decay.deliver(used(tenant, 1, { slug: 'busy', day: '2026-06-30' }));
    for (const day of ['2026-06-08', '2026-06-15', '2026-06-22', '2026-06-29'])
      await decay.deliver(used(tenant, 1, { slug: 'busy', day }));
    await decay.sweep(tenant);
    const rulesOf = async () =>
      (await decay.database.tenant(tenant, (tx) => findStanding(tx, item, decay.now())))?.rules;
    expect(await rulesOf()).toEqual(['unused', 'declining', 'failing']);
    await decay.deliver(used(tenant, 10, { day: '2026-07-01' }));
    expect(await rulesOf()).toEqual(['failing']);
    expect(await stateOf(tenant)).toBe('candidate');
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('DEC-05 leaves what fails a candidate until a use of it succeeds, and then waits for new evidence', async () => {
    const tenant = await tenantUntil('2026-07-01');
    const outcomes = (day: string, successes: number, failures: number) =>
      used(tenant, 0, {
        ...{ day, sequence: successes + failures, invocations: successes + failures, successes, failures },
        lastUsedAt: `${day}T10:00:00Z`,
      });
    await decay.deliver(outcomes('2026-06-29', 0, 30));
    await decay.deliver(outcomes('2026-06-30', 0, 10));
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 1 });
    await decay.deliver(outcomes('2026-06-30', 0, 11));
    expect(await stateOf(tenant)).toBe('candidate');
    await decay.deliver(outcomes('2026-06-30', 1, 11));
    expect(await stateOf(tenant)).toBe('live');
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 0 });
    decay.set('2026-07-03T12:00:00Z');
    await decay.deliver(outcomes('2026-07-02', 1, 18));
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 0 });
    await decay.deliver(outcomes('2026-07-02', 1, 19));
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 1 });
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('says so where an item is a candidate for other reasons than before', async () => {
    const tenant = await tenantUntil('2026-07-01');
    const rules = { unused: { days: 5, max_uses: 99 } };
    await decay.setPolicy(tenant, { silence_days: 90, policies: [{ kind: 'skill', rules }] });
    await decay.sweep(tenant);
    const other = { unused: null, one_and_done: { days: 20 } };
    await decay.deliver(used(tenant, 1, { day: '2026-05-01' }));
    await decay.sweep(tenant);
    await decay.setPolicy(tenant, { silence_days: 90, policies: [{ kind: 'skill', rules: other }] });
    expect(await decay.sweep(tenant)).toMatchObject({ flagged: 0, cleared: 0 });
    const [row] = await decay.database.tenant(tenant, (tx) =>
      tx.query<unknown[]>("SELECT state, rules FROM vitals WHERE slug = 'a-skill'"),
    );
    expect(row).toEqual({ state: 'candidate', rules: ['one-and-done'] });
    expect(await countOf(tenant, CandidateChanged.name)).toBe(1);
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });

  it('DEC-07 is one, however many sweepers there are', async () => {
    const tenant = await tenantUntil('2026-07-01');
    const id = randomUUID();
    await Promise.all(
      Array.from({ length: 4 }, () => decay.sweeper(1).sweep(decay.context(tenant), id, decay.never)),
    );
    await Promise.all([decay.sweep(tenant), decay.sweep(tenant)]);
    expect(await countOf(tenant, CandidateFlagged.name)).toBe(1);
    expect(await countOf(tenant, SweepCompleted.name)).toBe(3);
  });

  it('goes on where it was left, and is over once', async () => {
    const tenant = await tenantUntil('2026-07-01');
    for (const slug of ['c', 'd', 'e'])
      await decay.deliver(published(tenant, '1.0.0', { slug, fingerprint: `sha256:${slug.repeat(64)}` }));
    const id = randomUUID();
    const stop = new AbortController();
    let transactions = 0;
    const sweeper = decay.sweeper(1, () => {
      transactions += 1;
      if (transactions === 3) stop.abort();
    });
    await expect(sweeper.sweep(decay.context(tenant), id, stop.signal)).rejects.toThrow();
    await decay.sweeper(2).sweep(decay.context(tenant), id, decay.never);
    await decay.sweeper(2).sweep(decay.context(tenant), id, decay.never);
    const [sweep] = await decay.database.tenant(tenant, (tx) =>
      tx.query<unknown[]>('SELECT examined, flagged FROM sweeps WHERE id = $1', [id]),
    );
    expect(sweep).toEqual({ examined: 5, flagged: 4 });
    expect(await countOf(tenant, CandidateFlagged.name)).toBe(4);
  });

  it('tells the owner, waits as long as it said, asks for archiving, and an item comes back live', async () => {
    const tenant = await tenantUntil('2026-07-01');
    await decay.setPolicy(tenant, {
      policies: [{ kind: 'skill', archive: { after_days: 5, owner: 'platform' } }],
    });
    await decay.sweep(tenant);
    const later = async (day: string) => {
      decay.set(`${day}T12:00:00Z`);
      await decay.deliver(used(tenant, 1, { slug: 'busy', day }));
      return decay.sweep(tenant);
    };
    expect(await later('2026-07-07')).toMatchObject({ notified: 0 });
    expect(await later('2026-07-08')).toMatchObject({ notified: 1 });
    expect(await stateOf(tenant)).toBe('notified');
    expect(await later('2026-07-12')).toMatchObject({ archived: 0 });
    expect(await later('2026-07-13')).toMatchObject({ archived: 1 });
    expect(await later('2026-07-14')).toMatchObject({ archived: 0 });
    expect(decay.owed(tenant)).toEqual([item]);
    await decay.deliver(archived(tenant, 1, '1.0.0'));
    expect(await stateOf(tenant)).toBe('archived');
    await decay.deliver({ ...unarchived(tenant, 2, '1.0.0'), occurredAt: '2026-07-14T13:00:00Z' });
    expect(await stateOf(tenant)).toBe('live');
    expect(await later('2026-07-15')).toMatchObject({ flagged: 0 });
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });
});
