import { ndcgAt, precisionRecall } from './measures';

describe('the measures of the labelled sets', () => {
  it('counts right and wrong', () => {
    const judge = (expected: boolean, found: boolean, times: number) =>
      Array.from({ length: times }, () => ({ expected, found }));
    const all = [...judge(true, true, 6), ...judge(true, false, 2), ...judge(false, true, 3)];
    expect(precisionRecall([...all, ...judge(false, false, 9)])).toEqual({
      ...{ truePositives: 6, falseNegatives: 2, falsePositives: 3, trueNegatives: 9 },
      ...{ precision: 6 / 9, recall: 0.75, falsePositiveRate: 0.25 },
    });
  });

  it('takes nothing found for precise and nothing to find for complete', () => {
    expect(precisionRecall([])).toMatchObject({ precision: 1, recall: 1, falsePositiveRate: 0 });
  });

  it('gives the known nDCG of an order that is not the best', () => {
    const relevance = { a: 3, b: 2, c: 3, e: 1, f: 2 };
    // Gains 7, 3, 7, 0, 1, 3 over log2(2..7); the best order is 7, 7, 3, 3, 1.
    const found = 7 + 3 / Math.log2(3) + 7 / 2 + 1 / Math.log2(6) + 3 / Math.log2(7);
    const best = 7 + 7 / Math.log2(3) + 3 / 2 + 3 / Math.log2(5) + 1 / Math.log2(6);
    expect(ndcgAt(10, ['a', 'b', 'c', 'd', 'e', 'f'], relevance)).toBeCloseTo(found / best, 12);
    expect(ndcgAt(10, ['a', 'b', 'c', 'd', 'e', 'f'], relevance)).toBeCloseTo(0.94881, 5);
  });

  it('gives 1 to the best order, 0 to none of the relevant, and 0.631 to the only one in second place', () => {
    expect(ndcgAt(10, ['a', 'b'], { a: 3, b: 1 })).toBe(1);
    expect(ndcgAt(10, ['x', 'y'], { a: 3 })).toBe(0);
    expect(ndcgAt(10, ['x', 'a'], { a: 2 })).toBeCloseTo(0.63093, 5);
  });

  it('looks at the first k only, and counts a repeated item once', () => {
    expect(ndcgAt(1, ['x', 'a'], { a: 2 })).toBe(0);
    expect(ndcgAt(10, ['a', 'a'], { a: 1, b: 1 })).toBeCloseTo(1 / (1 + 1 / Math.log2(3)), 12);
  });

  it('refuses a query without a relevant item', () => {
    expect(() => ndcgAt(10, ['a'], { a: 0 })).toThrow(RangeError);
  });
});
