import { betaBelow, betaQuantile, probablyWorse, successRate } from './success-rate';

describe('the incomplete beta function', () => {
  it.each([
    [0.3, 1, 1, 0.3],
    [0.5, 2, 2, 0.5],
    [0.25, 2, 3, 0.26171875],
    [0.1, 1, 10, 1 - 0.9 ** 10],
    [0.9, 10, 1, 0.9 ** 10],
    [0.5, 500, 500, 0.5],
  ])('is at %p of Beta(%p, %p) what its closed form is', (x, a, b, value) => {
    expect(betaBelow(x, a, b)).toBeCloseTo(value, 10);
  });

  it('is undone by its quantile, for few and for very many', () => {
    for (const [a, b] of [
      [1, 1],
      [8, 3],
      [1, 40],
      [30_001, 12],
    ] as const)
      for (const p of [0.025, 0.5, 0.975]) expect(betaBelow(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 6);
  });
});

describe('the success rate', () => {
  it('is anything while nothing is known', () => {
    expect(successRate({ successes: 0, others: 0 })).toEqual({ rate: 0.5, low: 0.025, high: 0.975, of: 0 });
  });

  it('of successes alone is bounded from below by the closed form', () => {
    expect(successRate({ successes: 9, others: 0 }).low).toBeCloseTo(0.025 ** (1 / 10), 5);
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
