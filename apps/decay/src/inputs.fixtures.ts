import type { DecayInputs } from '@loam/contracts/decay-policy';

const none = { d7: 0, d14: 0, d30: 0, d90: 0, d180: 0 };

/** An item that was published years ago and never used, on the first of June 2026, but for what is said. */
export const inputs = (said: Partial<DecayInputs> = {}): DecayInputs => ({
  ...{ at: '2026-06-01T00:00:00.000Z', version: '1.0.0', tags: [], ageDays: 800, uses: 0, lastUsedAt: null },
  ...{ heardSince: null, silentDays: 0 },
  ...{
    firstUsedDay: null,
    lastUsedDay: null,
    score: 0,
    windows: none,
    halfYearBefore: none,
    yearBefore: none,
  },
  ...{ sinceHalfYear: 0, sinceYear: 0, theHalfYearBefore: 0, successes: 0, failures: 0, cost: 0 },
  ...{ dependants: 0, projects: 0, pinned: false, snoozedUntil: null, duplicateOf: null, supersededBy: null },
  ...{ evaluatedAt: null, ...said },
});

/** The windows of an item with so many uses in the last 7, 14, 30, 90 and 180 days. */
export const windowsOf = (d7: number, d14: number, d30: number, d90: number, d180: number) => ({
  ...{ d7, d14, d30, d90, d180 },
});
