import { startSession, type Session } from '@loam/database';
import type { EventStore } from '@loam/event-store';
import { pause } from '../repeated';
import { closeDays, markUnsummarised, publishUsage } from './publish-usage';

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
        await markUnsummarised(store);
      }
      if (leads) {
        await publishUsage(store);
        await closeDays(store);
      }
      await pause(everyMs, signal);
    }
  } finally {
    await session.close();
  }
}
