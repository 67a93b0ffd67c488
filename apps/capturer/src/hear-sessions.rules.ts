import { SessionEnded, SessionExtended, SessionStarted, type Capture } from '@loam/contracts/capture';
import { fact } from '@loam/contracts/define';
import type { KnownSession } from './session.queries';
import type { SessionEvent } from './session.stream';

/** What was heard of one session at once. */
export interface Heard {
  readonly sessionId: string;
  /** The token that told of it. */
  readonly author: string;
  readonly person: string;
  readonly project: string | null;
  readonly client: string | null;
  /** New captures, in the order of the session. */
  readonly captures: readonly Capture[];
  /** New bytes of its transcript. */
  readonly bytes: number;
}

/** What is kept of a session besides what was decided. */
export interface Activity {
  readonly endReason: string | null;
  readonly endSequence: number | null;
  readonly awaitedBytes: number | null;
  /** Whether it only waits for tasks in the background, as its client said last. */
  readonly busy: boolean;
}

const ends = ({ type }: Capture): boolean => type === 'session-ended' || type === 'marker';
const numberIn = ({ data }: Capture, name: string): number | null =>
  typeof data[name] === 'number' ? data[name] : null;

/** The end that the captures tell of, unless the session goes on after it. */
function endIn(captures: readonly Capture[]): Activity | undefined {
  const last = captures.at(-1);
  if (last === undefined || !ends(last)) return undefined;
  const { reason } = last.data;
  return {
    endReason: last.type === 'marker' ? 'marked' : String(reason ?? 'ended'),
    endSequence: last.sequence,
    awaitedBytes: numberIn(last, 'transcript_bytes'),
    busy: false,
  };
}

/** What was told before the end that is known, and came late. */
const isLate = (capture: Capture, { endSequence }: Activity): boolean =>
  capture.sequence !== null && endSequence !== null && capture.sequence <= endSequence;

/** What is remembered of a session that goes on. */
const goingOn = (captures: readonly Capture[]): Activity => ({
  ...{ endReason: null, endSequence: null, awaitedBytes: null },
  busy: captures.some((capture) => (numberIn(capture, 'background_tasks') ?? 0) > 0),
});

/** What has come to be true of a session, and what to remember of its end, once this was heard. */
export function hearSession(
  known: KnownSession | undefined,
  heard: Heard,
): { readonly facts: SessionEvent[]; readonly activity: Activity; readonly ended: number | null } {
  const { sessionId, author, person, project, client, captures } = heard;
  const before: Activity = known ?? goingOn([]);
  const timely = captures.filter((capture) => !isLate(capture, before));
  const told = endIn(timely);
  const awaited = before.endReason !== null && heard.bytes > 0;
  // Bytes that were announced before the end do not go on with the session.
  const goesOn = timely.length > 0 || (heard.bytes > 0 && !awaited);
  const activity = told ?? (goesOn ? goingOn(timely.slice(-1)) : before);
  const facts: SessionEvent[] = [];
  let round = known?.round ?? 1;
  let isOpen = known === undefined || known.status === 'open';
  if (known === undefined)
    facts.push(fact(SessionStarted, { sessionId, round, author, person, project, client }));
  else if (!isOpen && (goesOn || awaited)) {
    round += 1;
    isOpen = true;
    facts.push(fact(SessionExtended, { sessionId, round }));
  }
  const bytes = (known?.transcriptBytes ?? 0) + heard.bytes;
  const isWhole = activity.endReason !== null && bytes >= (activity.awaitedBytes ?? 0);
  if (!isOpen || !isWhole) return { facts, activity, ended: null };
  facts.push(fact(SessionEnded, { sessionId, round, reason: activity.endReason ?? 'ended' }));
  return { facts, activity, ended: round };
}
