import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './log';
import { reasonOf } from './reason';

interface UntilUpOptions {
  readonly log: Log;
  /** Whether trying again may help. */
  readonly isAway: (error: unknown) => boolean;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

const RETRY_MS = { first: 100, most: 3000 };

/**
 * Opens something that may be away when the service starts: tries again, ever more slowly, until it is there, and
 * says so once and again when the reason changes.
 */
export async function untilUp<T>(name: string, open: () => Promise<T>, options: UntilUpOptions): Promise<T> {
  const { log, isAway, signal } = options;
  let last = '';
  for (let wait = RETRY_MS.first; ; wait = Math.min(wait * 2, RETRY_MS.most)) {
    try {
      return await open();
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error)) throw error;
      const reason = reasonOf(error);
      if (reason !== last) log.warn({ reason }, `${name} is away; waiting for it`);
      last = reason;
    }
    await delay(wait, undefined, { signal });
  }
}
