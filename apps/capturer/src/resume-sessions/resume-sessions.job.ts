import type { EventStore } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import type { capturerJobs } from '../capturer.jobs';

interface ResumeParts {
  readonly store: EventStore;
  readonly jobs: Jobs<typeof capturerJobs>;
  readonly correlationId: string;
}

interface Due {
  readonly tenant: string;
  readonly sessionId: string;
  readonly round: number;
  readonly again: string;
}

const DUE = `SELECT tenant_id AS tenant, id AS "sessionId", round, waits_until::text AS again FROM sessions
  WHERE status = 'waiting' AND waits_until <= now() ORDER BY waits_until LIMIT 1000`;

/** Goes on with sessions whose wait is over: each once for each time that it was told to wait. */
export async function resumeSessions({ store, jobs, correlationId }: ResumeParts): Promise<void> {
  const due = await store.database.system((tx) => tx.query<Due[]>(DUE));
  for (const { tenant, ...round } of due) {
    const context = {
      ...{ tenant, correlationId, causationId: null, traceparent: null },
      actor: { type: 'service' as const, id: 'capturer' },
    };
    const key = `${round.sessionId}/${String(round.round)}@${round.again}`;
    await store.transaction(context, (unit) => jobs.intend(unit, 'extractLesson', key, round));
  }
}
