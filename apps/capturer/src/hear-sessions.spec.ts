import { SessionEnded, SessionExtended, SessionStarted, type Capture } from '@loam/contracts/capture';
import { hearSession, type Heard } from './hear-sessions.rules';
import type { KnownSession } from './session.queries';

const sessionId = '01890000-0000-8000-8000-000000000000';
const capture = (
  type: Capture['type'],
  sequence: number | null = null,
  data: Capture['data'] = {},
): Capture => ({
  ...{ id: sessionId, sha256: '', session: sessionId, type, at: '2026-01-01T00:00:00.000Z', sequence },
  ...{ person: 'p', project: null, data },
});
const heard = (captures: Capture[], bytes = 0): Heard => ({
  ...{ sessionId, author: 'a', person: 'p', project: null, client: null, captures, bytes },
});
const known: KnownSession = {
  ...{ id: sessionId, status: 'open', round: 1, revision: 0, transcriptBytes: 0, awaitedBytes: null },
  ...{ endReason: null, endSequence: null, busy: false },
};
const typesOf = ({ facts }: ReturnType<typeof hearSession>) => facts.map(({ type }) => type);

describe('what is heard of a session', () => {
  it('begins it, whatever comes first', () => {
    expect(typesOf(hearSession(undefined, heard([capture('stopped')])))).toEqual([SessionStarted.name]);
    expect(typesOf(hearSession(undefined, heard([], 10)))).toEqual([SessionStarted.name]);
  });

  it('ends it where its client says so, or its person asks for what it taught', () => {
    for (const [type, reason] of [['session-ended', 'logout'] as const, ['marker', 'marked'] as const]) {
      const { facts, ended } = hearSession(
        known,
        heard([capture('stopped'), capture(type, null, { reason })]),
      );
      expect(facts).toMatchObject([{ type: SessionEnded.name, data: { round: 1, reason } }]);
      expect(ended).toBe(1);
    }
    expect(hearSession(known, heard([capture('marker'), capture('stopped')])).ended).toBeNull();
  });

  it('does not end it before the bytes are there that were announced', () => {
    const told = hearSession(known, heard([capture('session-ended', 5, { transcript_bytes: 100 })]));
    expect(told).toMatchObject({ facts: [], ended: null, activity: { awaitedBytes: 100 } });
    const waiting = { ...known, ...told.activity };
    expect(hearSession(waiting, heard([], 99)).ended).toBeNull();
    expect(hearSession({ ...waiting, transcriptBytes: 99 }, heard([], 1)).ended).toBe(1);
  });

  it('goes on with one that had ended, in a new round', () => {
    const over = { ...known, status: 'drafted' as const, endReason: 'logout', endSequence: 5 };
    const { facts, ended } = hearSession(over, heard([capture('prompted', 6)]));
    expect(facts).toMatchObject([{ type: SessionExtended.name, data: { round: 2 } }]);
    expect(ended).toBeNull();
  });

  it('takes what comes late for what it is', () => {
    const over = { ...known, status: 'ended' as const, endReason: 'logout', endSequence: 5 };
    expect(hearSession(over, heard([capture('stopped', 4)])).facts).toEqual([]);
    const { facts } = hearSession(over, heard([], 10));
    expect(facts.map(({ type }) => type)).toEqual([SessionExtended.name, SessionEnded.name]);
  });

  it('remembers that it waits for tasks in the background', () => {
    const { activity } = hearSession(known, heard([capture('stopped', 1, { background_tasks: 2 })]));
    expect(activity.busy).toBe(true);
    expect(hearSession({ ...known, ...activity }, heard([capture('stopped', 2)])).activity.busy).toBe(false);
  });
});
