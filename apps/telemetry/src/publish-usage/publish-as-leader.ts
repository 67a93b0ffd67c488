import { startSession, type Session } from '@loam/database';
import type { EventStore } from '@loam/event-store';
import { pause } from '../repeated';
import { closeDays, noteUnsummarised, publishUsage } from './publish-usage';

/** What is told are totals, which may come later while much is used: telling takes no more than a part of the time. */
const MOST_OF_TIME = 1 / 20;
/** So many times as late at most. */
const LATEST = 6;

/** How long to wait after a publication that took so long. */
export const restAfter = (tookMs: number, everyMs: number): number =>
  Math.min(LATEST * everyMs, Math.max(everyMs, tookMs / MOST_OF_TIME));

async function tryToLead(session: Session): Promise<boolean> {
  const [lock] = await session.query<{ held: boolean }[]>(
    "SELECT pg_try_advisory_lock(hashtext('publish usage')) AS held",
  );
  return lock?.held === true;
}

/**
 * Publishes every so often, as the only process of the service that does: the lead is a lock that lasts as long as
 * the session. Returns when the session has ended or `signal` is aborted.
 */
export async function publishAsLeader(
  store: EventStore,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  const session = await startSession(store.database);
  try {
    let [leads, lost] = [false, false];
    void session.ended.then(() => (lost = true));
    while (!lost && !signal.aborted) {
      if (!leads && (await tryToLead(session))) {
        leads = true;
        await noteUnsummarised(store);
      }
      const began = performance.now();
      if (leads) {
        await publishUsage(store);
        await closeDays(store);
      }
      await pause(restAfter(performance.now() - began, everyMs), signal);
    }
  } finally {
    await session.close();
  }
}
