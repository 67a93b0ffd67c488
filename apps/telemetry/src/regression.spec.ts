import { regressionNews, regressionsOf } from './regression';

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

describe('the news of regressions', () => {
  const good = { version: '1.0.0', successes: 90, others: 10 };
  const bad = { version: '1.1.0', successes: 10, others: 20 };
  const told = [{ version: '1.1.0', than: '1.0.0' }];

  it('is told once, with its evidence', () => {
    expect(regressionNews([], [good, bad])).toEqual({
      detected: [
        {
          ...told[0],
          probability: expect.closeTo(1, 2),
          ...{ earlier: { successes: 90, others: 10 }, later: { successes: 10, others: 20 } },
        },
      ],
      cleared: [],
    });
    expect(regressionNews(told, [good, bad])).toEqual({ detected: [], cleared: [] });
  });

  it('stays told while it is doubtful only, and is over when it has become improbable', () => {
    const doubtful = { version: '1.1.0', successes: 45, others: 12 };
    expect(regressionsOf([good, doubtful])).toEqual([]);
    expect(regressionNews(told, [good, doubtful]).cleared).toEqual([]);
    expect(regressionNews(told, [good, { ...bad, successes: 300 }]).cleared).toMatchObject([
      { ...told[0], reason: 'recovered' },
    ]);
  });

  it('is over when another version has come between, which is compared by itself', () => {
    const between = { version: '1.0.1', successes: 90, others: 10 };
    expect(regressionNews(told, [good, between, bad])).toMatchObject({
      detected: [{ version: '1.1.0', than: '1.0.1' }],
      cleared: [{ ...told[0], reason: 'superseded', probability: null }],
    });
  });

  it('is told again after it was over', () => {
    expect(regressionNews([], [good, bad]).detected).toHaveLength(1);
  });
});
