import { regressionsOf } from './regression';

describe('a regression', () => {
  const good = { version: '1.9.0', successes: 90, others: 10 };

  it('is a version that credibly succeeds less often than the one before it', () => {
    expect(regressionsOf([{ version: '1.10.0', successes: 10, others: 20 }, good])).toMatchObject([
      { version: '1.10.0', than: '1.9.0' },
    ]);
  });

  it.each([
    ['too few invocations', { version: '1.10.0', successes: 0, others: 19 }],
    ['a difference within the margin', { version: '1.10.0', successes: 88, others: 12 }],
    ['an improvement', { version: '1.10.0', successes: 100, others: 0 }],
  ])('is none of %s', (_what, later) => {
    expect(regressionsOf([good, later])).toEqual([]);
  });
});
