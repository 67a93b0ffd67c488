import { newScore, scoreMore, scoreOf, type Score, type TranscriptRecord } from '@loam/capture';
import type { Step } from './session-step';
import { recordsOfSession } from './transcript';

const ALIKE = `SELECT count(*)::int AS others FROM sessions
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND person = $1 AND fingerprint = $2 AND id <> $3`;

/** Scores what is known of a session. @param see is told of its records as they come */
export async function scoreOfSession(
  { store: { database }, blobs, context: { tenant }, sessionId, session }: Step,
  see: (records: readonly TranscriptRecord[]) => void = () => undefined,
): Promise<Score> {
  let state = newScore;
  for await (const records of recordsOfSession({ database, blobs }, tenant, sessionId)) {
    state = scoreMore(state, records);
    see(records);
  }
  const [alike] = await database.tenant(tenant, (tx) =>
    tx.query<{ others: number }[]>(ALIKE, [session.person, state.fingerprint?.of ?? null, sessionId]),
  );
  return scoreOf(state, { sessionsAlike: (alike?.others ?? 0) + 1 });
}

/** Of a session that is longer than this, in characters, the beginning and the end are drafted from. */
const MOST_CHARACTERS = 16_000_000;
const HEAD = 200;

const sizeOf = (record: TranscriptRecord): number =>
  200 + (record.kind === 'call' ? record.target.length : record.text.length);

/** The records of a session, as many as may be held in memory, and its score. */
export async function readSession(
  step: Step,
): Promise<{ readonly records: readonly TranscriptRecord[]; readonly score: Score }> {
  const head: TranscriptRecord[] = [];
  let tail: TranscriptRecord[] = [];
  let size = 0;
  const score = await scoreOfSession(step, (records) => {
    for (const record of records) {
      if (head.length < HEAD) head.push(record);
      else {
        tail.push(record);
        size += sizeOf(record);
      }
    }
    if (size <= 2 * MOST_CHARACTERS) return;
    tail = tail.slice(Math.floor(tail.length / 2));
    size = tail.reduce((sum, record) => sum + sizeOf(record), 0);
  });
  return { records: [...head, ...tail], score };
}
