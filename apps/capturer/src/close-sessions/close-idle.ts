import { SessionEnded } from '@loam/contracts/capture';
import type { EventStore } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import type { capturerJobs } from '../capturer.jobs';
import { oweJudgement } from '../hear-sessions';
import { sessionEvents, sessionStream } from '../session.stream';
import { closeSession } from './close-session.decider';

export interface Closing {
  readonly store: EventStore;
  readonly jobs: Jobs<typeof capturerJobs>;
  readonly idleSeconds: number;
  readonly correlationId: string;
}

export interface Idle {
  readonly tenant: string;
  readonly session: string;
  readonly reason: string | null;
}

const STILL_IDLE = `
  SELECT 1 FROM session_activity WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1
    AND last_heard_at < now() - make_interval(secs => $2)`;

/** Ends a session and owes its judgement. @returns whether it was open, and still nothing had been heard of it */
export async function closeIdle(parts: Closing, { tenant, session, reason }: Idle): Promise<boolean> {
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
