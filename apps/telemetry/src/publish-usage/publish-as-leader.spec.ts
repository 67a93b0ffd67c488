import { restAfter } from './publish-as-leader';

describe('the rest after a publication', () => {
  it('is as long as is configured, longer where telling takes more than a twentieth of the time, and not for ever', () => {
    expect([0, 500, 1000, 60_000].map((took) => restAfter(took, 10_000))).toEqual([
      ...[10_000, 10_000, 20_000, 60_000],
    ]);
  });
});
