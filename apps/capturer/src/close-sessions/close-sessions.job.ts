import { closeIdle, type Closing, type Idle } from './close-idle';

interface CloseParts extends Closing {
  readonly signal: AbortSignal;
}

/** A client that waits for tasks in the background says nothing for long; nobody waits longer than this, in s. */
const MOST_BUSY_SECONDS = 86_400;
const PAGE = 500;

const IDLE = `
  SELECT s.tenant_id AS tenant, s.id AS session, a.end_reason AS reason
  FROM session_activity a JOIN sessions s ON s.tenant_id = a.tenant_id AND s.id = a.session_id
  WHERE s.status = 'open' AND a.last_heard_at < now() - make_interval(secs => $1)
    AND (NOT a.busy OR a.last_heard_at < now() - make_interval(secs => $2))
  ORDER BY a.last_heard_at LIMIT ${String(PAGE)}`;

/**
 * Ends sessions of which nothing was heard for a while: once, however many processes look, since a session's stream
 * takes its end only where it is still open.
 */
export async function closeSessions(parts: CloseParts): Promise<{ readonly closed: number }> {
  const { store, idleSeconds, signal } = parts;
  const patience = Math.max(idleSeconds, MOST_BUSY_SECONDS);
  let closed = 0;
  for (;;) {
    const idle = await store.database.system((tx) => tx.query<Idle[]>(IDLE, [idleSeconds, patience]));
    for (const one of idle) {
      signal.throwIfAborted();
      if (await closeIdle(parts, one)) closed += 1;
    }
    if (idle.length < PAGE) return { closed };
  }
}
