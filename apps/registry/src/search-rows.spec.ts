import { popularityOf } from './search-rows';

const used = (uses: number, successes = 0, failures = 0) => popularityOf({ uses, successes, failures });

describe('popularity', () => {
  it('grows with the order of magnitude of the uses, from 0 to 1', () => {
    expect(used(0)).toBe(0);
    expect(used(10)).toBeLessThan(used(100));
    expect(used(1e9)).toBe(1);
  });

  it('is less where most of the runs failed, and hardly for one report', () => {
    expect(used(100, 90, 10)).toBe(used(100));
    expect(used(100, 10, 90)).toBeLessThan(used(100) * 0.7);
    expect(used(100, 0, 1)).toBeGreaterThan(used(100) * 0.8);
  });
});
