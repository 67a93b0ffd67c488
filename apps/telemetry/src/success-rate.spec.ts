import { probablyWorse, rateOf } from './success-rate';

describe('the success rate', () => {
  it('is none while nothing is known', () => {
    expect(rateOf({ successes: 0, others: 0 })).toBeNull();
  });

  it('of successes alone is bounded from below by the closed form', () => {
    expect(rateOf({ successes: 9, others: 0 })?.low).toBeCloseTo(0.025 ** (1 / 10), 5);
  });
});

describe('a later version', () => {
  it('is as likely worse as better while nothing is known of either', () => {
    expect(probablyWorse({ successes: 0, others: 0 }, { successes: 0, others: 0 }, 0)).toBeCloseTo(0.5, 3);
  });

  it('is surely worse where it fails and its predecessor did not, and surely not where both do well', () => {
    const good = { successes: 95, others: 5 };
    expect(probablyWorse(good, { successes: 10, others: 15 }, 0.05)).toBeGreaterThan(0.999);
    expect(probablyWorse(good, good, 0.05)).toBeLessThan(0.1);
  });
});
