import fc from 'fast-check';
import { decayDefaults, decayPolicySchema, type DecayInputs } from '@loam/contracts/decay-policy';
import { inputs, windowsOf } from './inputs.fixtures';
import { judge, mayArchive, rulebookOf, rulesAfter } from './verdict.rules';

const rulesOf = (said: Partial<DecayInputs>, kind: 'skill' | 'agent' | 'command' = 'skill') =>
  judge(inputs(said), decayDefaults[kind]).reasons.map(({ rule }) => rule);
const exemptionsOf = (said: Partial<DecayInputs>) =>
  judge(inputs(said), decayDefaults.skill).exemptions.map(({ exemption }) => exemption);
const daysBefore = (days: number) => new Date(Date.parse(inputs().at) - days * 86_400_000).toISOString();

describe('the rules of decay', () => {
  it('call unused what was hardly used and not for long, and what never was', () => {
    expect(rulesOf({})).toEqual(['unused']);
    expect(rulesOf({ uses: 2, lastUsedAt: daysBefore(181) })).toEqual(['unused']);
    expect(rulesOf({ uses: 2, lastUsedAt: daysBefore(179) })).toEqual([]);
    expect(rulesOf({ uses: 3, lastUsedAt: daysBefore(400) })).toEqual([]);
  });

  it('DEC-03 stop the clock on days from which nothing was heard, for what never was used as well', () => {
    const used = { uses: 2, lastUsedAt: daysBefore(281) };
    expect(rulesOf({ ...used, silentDays: 100 })).toEqual(['unused']);
    expect(rulesOf({ ...used, silentDays: 102 })).toEqual([]);
    expect(rulesOf({ ageDays: 200, silentDays: 10 })).toEqual(['unused']);
    expect(rulesOf({ ageDays: 200, silentDays: 30 })).toEqual([]);
  });

  it('are ended by a use: those of disuse by any, failing by one that succeeded', () => {
    const all = ['unused', 'failing', 'stale-evaluation'] as const;
    expect(rulesAfter(all, { isUse: true, isSuccess: false })).toEqual(['failing', 'stale-evaluation']);
    expect(rulesAfter(all, { isUse: true, isSuccess: true })).toEqual(['stale-evaluation']);
    expect(rulesAfter(all, { isUse: false, isSuccess: true })).toEqual(['unused', 'stale-evaluation']);
  });

  it('know of a decline when little is left of what was enough', () => {
    const used = { uses: 60, lastUsedAt: daysBefore(1) };
    expect(rulesOf({ ...used, windows: windowsOf(0, 0, 1, 41, 60) })).toEqual(['declining']);
    expect(rulesOf({ ...used, windows: windowsOf(0, 0, 3, 43, 60) })).toEqual([]);
    expect(rulesOf({ ...used, windows: windowsOf(0, 0, 0, 9, 60) })).toEqual([]);
  });

  it('call failing what credibly fails, and nothing on little evidence', () => {
    const used = { uses: 99, lastUsedAt: daysBefore(1) };
    expect(rulesOf({ ...used, successes: 8, failures: 32 })).toEqual(['failing']);
    expect(rulesOf({ ...used, successes: 19, failures: 21 })).toEqual([]);
    expect(rulesOf({ ...used, successes: 0, failures: 12 })).toEqual([]);
    expect(rulesOf({ ...used, successes: 0, failures: 12 }, 'agent')).toEqual(['failing']);
  });

  it('know of the loser of duplicates, of what has a successor, of what was tried once, of old judgements', () => {
    const used = { uses: 9, lastUsedAt: daysBefore(61) };
    expect(rulesOf({ ...used, duplicateOf: 'twin' })).toEqual(['duplicate']);
    expect(rulesOf({ ...used, supersededBy: 'heir' })).toEqual(['superseded']);
    expect(rulesOf({ ...used, lastUsedAt: daysBefore(3), duplicateOf: 'twin' })).toEqual([]);
    const onceUsed = { ...used, firstUsedDay: '2026-04-01', lastUsedDay: '2026-04-01' };
    expect(rulesOf(onceUsed)).toEqual(['one-and-done']);
    expect(rulesOf({ ...onceUsed, lastUsedDay: '2026-04-02' })).toEqual([]);
    const busy = { uses: 99, lastUsedAt: daysBefore(0), windows: windowsOf(5, 10, 20, 60, 99) };
    expect(rulesOf({ ...busy, evaluatedAt: daysBefore(181) })).toEqual(['stale-evaluation']);
    expect(rulesOf({ ...busy, evaluatedAt: daysBefore(181) }, 'command')).toEqual([]);
    expect(rulesOf({ ...busy, evaluatedAt: null })).toEqual([]);
    expect(mayArchive(['stale-evaluation'])).toBe(false);
  });

  it('have defaults for agents and commands of their own', () => {
    const used = { uses: 1, lastUsedAt: daysBefore(100) };
    expect(rulesOf(used)).toEqual([]);
    expect(rulesOf(used, 'command')).toEqual(['unused']);
    expect(rulesOf({ uses: 1, lastUsedAt: daysBefore(121) }, 'agent')).toEqual(['unused']);
  });

  it('DEC-04 exempt what is pinned, snoozed, young, required or listed, and say so', () => {
    expect(exemptionsOf({ pinned: true })).toEqual(['pinned']);
    expect(exemptionsOf({ snoozedUntil: '2026-06-02T00:00:00.000Z' })).toEqual(['snoozed']);
    expect(exemptionsOf({ snoozedUntil: '2026-05-31T00:00:00.000Z' })).toEqual([]);
    expect(exemptionsOf({ ageDays: 29 })).toEqual(['young']);
    expect(exemptionsOf({ dependants: 1 })).toEqual(['required']);
    expect(exemptionsOf({ projects: 2 })).toEqual(['listed']);
    expect(judge(inputs({ pinned: true }), decayDefaults.skill)).toMatchObject({
      candidate: false,
      reasons: [{ rule: 'unused' }],
    });
  });

  it('exempt what sleeps as it slept a year ago, and not what slept in for the first time', () => {
    const awake = { sinceYear: 40, yearBefore: windowsOf(0, 0, 0, 2, 30) };
    expect(exemptionsOf({ ...awake })).toEqual(['seasonal']);
    expect(exemptionsOf({ ...awake, yearBefore: windowsOf(3, 6, 12, 40, 80) })).toEqual([]);
    expect(exemptionsOf({ ...awake, ageDays: 300 })).toEqual([]);
    expect(exemptionsOf({ sinceHalfYear: 9, theHalfYearBefore: 8, ageDays: 380 })).toEqual(['seasonal']);
    expect(exemptionsOf({ sinceHalfYear: 9, ageDays: 380 })).toEqual([]);
  });

  it('DEC-02 one more use of today never makes a candidate for want of use', () => {
    const count = fc.nat({ max: 50 });
    const shapes = fc.record({
      week: count,
      rest: count,
      older: count,
      oldest: count,
      ancient: count,
      days: fc.nat(900),
    });
    fc.assert(
      fc.property(shapes, ({ week, rest, older, oldest, ancient, days }) => {
        const before = inputs({
          uses: week + rest + older + oldest + ancient,
          lastUsedAt: daysBefore(days),
          windows: windowsOf(
            week,
            week + rest,
            week + rest,
            week + rest + older,
            week + rest + older + oldest,
          ),
        });
        const { d7, d14, d30, d90, d180 } = before.windows;
        const after = {
          ...{ ...before, uses: before.uses + 1, lastUsedAt: before.at },
          windows: windowsOf(d7 + 1, d14 + 1, d30 + 1, d90 + 1, d180 + 1),
        };
        const had = judge(before, decayDefaults.skill).reasons.map(({ rule }) => rule);
        for (const { rule } of judge(after, decayDefaults.skill).reasons) expect(had).toContain(rule);
      }),
    );
  });
});

describe('a policy', () => {
  const book = rulebookOf(
    decayPolicySchema.parse({
      policies: [
        { kind: 'skill', rules: { unused: { days: 10, max_uses: 1 }, failing: null } },
        { kind: 'skill', tag: 'ops', exempt: { young_days: 0 } },
        { kind: 'skill', tag: 'legacy', archive: { after_days: 5, owner: null } },
      ],
    }),
  );

  it('decides by the first tag that fits, what it leaves out by the kind, and then by the defaults', () => {
    expect(book('skill', ['legacy', 'ops'])).toMatchObject({
      tag: 'ops',
      exempt: { young_days: 0, required: true },
    });
    expect(book('skill', ['legacy'])).toMatchObject({ tag: 'legacy', archive: { after_days: 5 } });
    expect(book('skill', ['other'])).toMatchObject({
      tag: null,
      rules: { unused: { days: 10 }, failing: null },
    });
    expect(book('skill', ['ops'])).toMatchObject({
      rules: { unused: { days: 10 }, failing: null, duplicate: decayDefaults.skill.rules.duplicate },
      exempt: { young_days: 0, listed: true },
    });
    expect(book('agent', ['ops'])).toEqual(decayDefaults.agent);
  });

  it.each([
    [
      { policies: [{ kind: 'skill', rules: { unused: { days: -1, max_uses: 3 } } }] },
      'policies.0.rules.unused.days',
    ],
    [{ policies: [{ kind: 'skill' }, { kind: 'skill', rules: {} }] }, 'policies.1.kind'],
    [
      {
        policies: [
          { kind: 'skill', tag: 'a' },
          { kind: 'skill', tag: 'a' },
        ],
      },
      'policies.1.tag',
    ],
    [{ policies: [{ kind: 'skill', rules: { unuesd: null } }] }, 'policies.0.rules'],
    [{ silence_days: 0, policies: [] }, 'silence_days'],
  ])('that is wrong is refused by the field: %j', (policy, field) => {
    const issues = decayPolicySchema.safeParse(policy).error?.issues ?? [];
    expect(issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});
