import { InvalidMessage } from './event-handling';
import type { OutageTest } from './failure-of';

/** How often and how long something is tried. */
export interface RetryPolicy {
  /** Attempts before a fault ends as a dead letter. */
  readonly attempts: number;
  /** Pause after the first failure, in ms; it doubles with each further one. */
  readonly backoffMs: number;
}

/** How often one message has failed so far, by kind. */
export interface Tries {
  readonly faults: number;
  readonly outages: number;
}

export type Verdict =
  | { readonly settle: 'retry'; readonly afterMs: number; readonly tries: Tries }
  | { readonly settle: 'dead-letter'; readonly attempts: number };

const LONGEST_PAUSE_MS = { fault: 30_000, outage: 5000 };

const pause = (policy: RetryPolicy, failures: number, most: number): number =>
  Math.min(policy.backoffMs * 2 ** Math.min(failures - 1, 20), most);

/**
 * The one place that decides what becomes of a message whose handler failed, by the type of the failure. An invalid
 * message is given up on at once. A fault is retried so many times. An outage says nothing about the message: it is
 * retried for as long as it lasts.
 */
export function judge(error: unknown, tries: Tries, policy: RetryPolicy, isOutage: OutageTest): Verdict {
  const { faults, outages } = tries;
  if (error instanceof InvalidMessage) return { settle: 'dead-letter', attempts: faults + 1 };
  if (isOutage(error)) {
    const afterMs = pause(policy, outages + 1, LONGEST_PAUSE_MS.outage);
    return { settle: 'retry', afterMs, tries: { faults, outages: outages + 1 } };
  }
  if (faults + 1 >= policy.attempts) return { settle: 'dead-letter', attempts: faults + 1 };
  const afterMs = pause(policy, faults + 1, LONGEST_PAUSE_MS.fault);
  return { settle: 'retry', afterMs, tries: { faults: faults + 1, outages } };
}
