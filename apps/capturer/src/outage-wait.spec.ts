import fc from 'fast-check';
import { outageWait } from './outage-wait.rules';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('JOB-05 a session whose drafter stays away', () => {
  it('waits twice as long each time, up to four hours', () => {
    expect([0, 1, 2, 3, 30].map((before) => outageWait(before, 0, 1))).toEqual([
      ...[MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 4 * HOUR],
    ]);
  });
  it('waits as long as it was asked to, up to a day', () => {
    expect(outageWait(0, 2 * HOUR, 0)).toBe(2 * HOUR);
    expect(outageWait(0, 1000 * HOUR, 0)).toBe(24 * HOUR);
  });
  it('waits for a while that chance makes different and never shorter than half', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (before, asked, chance) => {
          const most = Math.min(MINUTE * 2 ** before, 4 * HOUR);
          const wait = outageWait(before, asked, chance);
          expect(wait).toBeGreaterThanOrEqual(Math.max(most / 2, Math.min(asked, 24 * HOUR)) - 1);
          expect(wait).toBeLessThanOrEqual(27 * HOUR);
        },
      ),
    );
  });
});
