import { SessionEnded } from '@loam/contracts/capture';
import type { EventStore } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import type { capturerJobs } from '../capturer.jobs';
import { oweJudgement } from '../hear-sessions';
import { sessionEvents, sessionStream } from '../session.stream';
import { closeSession } from './close-session.decider';

interface CloseParts {
  readonly store: EventStore;
  readonly jobs: Jobs<typeof capturerJobs>;
  readonly idleSeconds: number;
  readonly correlationId: string;
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

const STILL_IDLE = `
  SELECT 1 FROM session_activity WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1
    AND last_heard_at < now() - make_interval(secs => $2)`;

interface Idle {
  readonly tenant: string;
  readonly session: string;
  readonly reason: string | null;
}

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
      if (await close(parts, one)) closed += 1;
    }
    if (idle.length < PAGE) return { closed };
  }
}

async function close(parts: CloseParts, { tenant, session, reason }: Idle): Promise<boolean> {
  const { store, jobs, idleSeconds, correlationId } = parts;
  const context = {
    ...{ tenant, correlationId, causationId: null, traceparent: null },
    actor: { type: 'service' as const, id: 'capturer' },
  };
  const outcome = await store
    .execute(context, {
      ...{ stream: sessionStream(tenant, session), events: sessionEvents, decider: closeSession },
      command: { sessionId: session, reason: reason ?? 'inactivity' },
      beforehand: async ({ tx }) => {
        const still = await tx.query<unknown[]>(STILL_IDLE, [session, idleSeconds]);
        if (still.length === 0) throw new Resumed();
      },
      alongside: async (unit, [ended]) => {
        if (ended === undefined) return;
        await oweJudgement(unit, jobs, session, SessionEnded.schema.parse(ended.data).round);
      },
    })
    .catch((error: unknown) => {
      if (error instanceof Resumed) return undefined;
      throw error;
    });
  return outcome !== undefined && 'events' in outcome && outcome.events.length > 0;
}

/** Something was heard of the session since it was found idle. */
class Resumed extends Error {}
