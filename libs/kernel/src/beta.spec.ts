import { betaBelow, betaQuantile } from './beta';

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
