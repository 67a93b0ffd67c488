import { InvalidMessage } from './event-handling';
import { anyOutage } from './failure-of';
import { Refused } from './refused';
import { judge, type Tries } from './settlement';

const policy = { attempts: 6, backoffMs: 200 };
const none: Tries = { faults: 0, outages: 0 };
const isOutage = anyOutage([(error) => error instanceof Error && error.message === 'no bucket']);
const verdictOf = (error: unknown, tries = none) => judge(error, tries, policy, isOutage);

/** The pauses between attempts at a message that always fails in this way, up to so many. */
function pausesOf(error: unknown, most: number): number[] {
  const pauses = [];
  let tries = none;
  for (let attempt = 0; attempt < most; attempt += 1) {
    const verdict = verdictOf(error, tries);
    if (verdict.settle === 'dead-letter') return pauses;
    pauses.push(verdict.afterMs);
    tries = verdict.tries;
  }
  return pauses;
}

it('gives up on an invalid message at once', () => {
  expect(verdictOf(new InvalidMessage('not JSON'))).toEqual({ settle: 'dead-letter', attempts: 1 });
});

it('tries a fault six times, each pause twice as long as the one before', () => {
  expect(pausesOf(new Error('a fault'), 100)).toEqual([200, 400, 800, 1600, 3200]);
});

it('tries through an outage for as long as it lasts, every five seconds in the end', () => {
  const away = new Refused({ code: 'unavailable', detail: '' });
  for (const outage of [away, new Error('no bucket'), Object.assign(new Error(), { code: '57P01' })]) {
    const pauses = pausesOf(outage, 2000);
    expect(pauses).toHaveLength(2000);
    expect(pauses.slice(-1)).toEqual([5000]);
  }
});

it('counts the faults of a message only, when an outage comes between them', () => {
  const verdict = verdictOf(new Error('no bucket'), { faults: 5, outages: 40 });
  expect(verdict).toMatchObject({ settle: 'retry', tries: { faults: 5, outages: 41 } });
  expect(verdictOf(new Error('a fault'), { faults: 5, outages: 41 })).toEqual({
    settle: 'dead-letter',
    attempts: 6,
  });
});

it('takes a rejection by another service for a fault, not for an outage', () => {
  expect(verdictOf(new Refused({ code: 'skill-not-found', detail: '' }))).toMatchObject({
    tries: { faults: 1 },
  });
});
