import type { Fact } from '@loam/contracts/define';
import { NO_STREAM, StreamConflict, type EventStore, type UnitOfWork } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import type { capturerJobs } from './capturer.jobs';
import { hearSession, type Activity, type Heard } from './hear-sessions.rules';
import type { KnownSession } from './session.queries';
import { sessionStream } from './session.stream';

const ATTEMPTS = 6;

/**
 * Runs a transaction again when somebody else appended to one of its streams meanwhile.
 * @throws StreamConflict when they never stood still
 */
export async function despiteConflicts<T>(
  store: EventStore,
  context: Parameters<EventStore['transaction']>[0],
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.transaction(context, work);
    } catch (error) {
      if (!(error instanceof StreamConflict) || attempt === ATTEMPTS) throw error;
    }
  }
}

interface Row extends Activity {
  readonly session: string;
  readonly captures: number;
  readonly bytes: number;
}

const KEEP = `
  INSERT INTO session_activity (tenant_id, session_id, last_heard_at, captures, transcript_bytes, awaited_bytes,
    end_reason, end_sequence, busy)
  SELECT current_setting('loam.tenant')::uuid, g.session, now(), g.captures, g.bytes, g."awaitedBytes",
    g."endReason", g."endSequence", g.busy
  FROM jsonb_to_recordset($1::jsonb) AS g(session uuid, captures int, bytes bigint, "awaitedBytes" bigint,
    "endReason" text, "endSequence" bigint, busy boolean)
  ON CONFLICT (tenant_id, session_id) DO UPDATE SET last_heard_at = now(),
    captures = session_activity.captures + excluded.captures,
    transcript_bytes = session_activity.transcript_bytes + excluded.transcript_bytes,
    awaited_bytes = excluded.awaited_bytes, end_reason = excluded.end_reason,
    end_sequence = excluded.end_sequence, busy = excluded.busy`;

/**
 * Appends what follows from what was heard of sessions, as the first write of the unit, keeps what is remembered of
 * them, and owes the judgement of those that ended.
 */
export async function noteHeard(
  unit: UnitOfWork,
  jobs: Jobs<typeof capturerJobs>,
  known: ReadonlyMap<string, KnownSession>,
  heard: readonly Heard[],
): Promise<void> {
  const each = heard.map((one) => {
    const session = known.get(one.sessionId);
    return { one, expected: session?.revision ?? NO_STREAM, ...hearSession(session, one) };
  });
  await unit.append(
    ...each
      .filter(({ facts }) => facts.length > 0)
      .map(({ one, expected, facts }): { stream: string; expected: number; facts: readonly Fact[] } => ({
        stream: sessionStream(unit.context.tenant, one.sessionId),
        ...{ expected, facts },
      })),
  );
  const rows = each.map(({ one, activity }): Row => ({
    ...activity,
    ...{ session: one.sessionId, captures: one.captures.length, bytes: one.bytes },
  }));
  await unit.tx.query(KEEP, [JSON.stringify(rows)]);
  for (const { one, ended } of each) if (ended !== null) await oweJudgement(unit, jobs, one.sessionId, ended);
}

/** Owes the judgement of a session that ended, once for each of its rounds. */
export const oweJudgement = (
  unit: UnitOfWork,
  jobs: Jobs<typeof capturerJobs>,
  sessionId: string,
  round: number,
): Promise<void> => jobs.intend(unit, 'redactSession', `${sessionId}/${String(round)}`, { sessionId, round });
