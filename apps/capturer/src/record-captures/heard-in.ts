import type { Capture } from '@loam/contracts/capture';
import type { Heard } from '../hear-sessions.rules';

/** The order of a session: as its client counts, else by time. */
const inOrder = (a: Capture, b: Capture): number =>
  a.sequence !== null && b.sequence !== null
    ? a.sequence - b.sequence
    : a.at < b.at
      ? -1
      : a.at > b.at
        ? 1
        : 0;

/** What captures tell, session by session. */
export function heardIn(captures: readonly Capture[], author: string): Heard[] {
  const bySession = new Map<string, Capture[]>();
  for (const capture of captures) {
    const others = bySession.get(capture.session);
    if (others === undefined) bySession.set(capture.session, [capture]);
    else others.push(capture);
  }
  return [...bySession].map(([sessionId, own]) => {
    const client = own.find(({ data }) => typeof data['client'] === 'string')?.data['client'];
    return {
      ...{ sessionId, author, bytes: 0, captures: own.sort(inOrder) },
      person: own[0]?.person ?? '',
      project: own.find(({ project }) => project !== null)?.project ?? null,
      client: typeof client === 'string' ? client : null,
    };
  });
}
