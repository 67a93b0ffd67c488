import { randomUUID } from 'node:crypto';
import { SessionEnded } from '@loam/contracts/capture';
import { testSessions, type TestSessions } from '../session.fixtures';
import { sessionStream } from '../session.stream';
import { closeSessions } from './close-sessions.job';

let capturer: TestSessions;
beforeAll(async () => {
  capturer = await testSessions();
});
afterAll(() => capturer.close());

const look = (idleSeconds: number) => {
  const { store, jobs } = capturer;
  const { signal } = new AbortController();
  return closeSessions({ store, jobs, idleSeconds, correlationId: randomUUID(), signal });
};

/** Lets it be long ago that anything was heard of any session. */
const age = () =>
  capturer.server.asSuperuser(
    "UPDATE capturer.session_activity SET last_heard_at = now() - interval '1 hour'",
  );

it('ING-18 a session of which nothing more is heard ends once, however many look for it', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => capturer.begin()));
  expect(await look(60)).toEqual({ closed: 0 });
  await age();
  const closed = await Promise.all([look(60), look(60), look(60)]);
  expect(closed.reduce((sum, each) => sum + each.closed, 0)).toBe(20);
  const { tenant } = capturer.context;
  const ends = await capturer.server.asSuperuser<{ stream: string; reason: string }>(
    "SELECT stream, data ->> 'reason' AS reason FROM capturer.events WHERE type = $1",
    [SessionEnded.name],
  );
  expect(new Set(ends.map(({ stream }) => stream))).toEqual(
    new Set(ids.map((id) => sessionStream(tenant, id))),
  );
  expect(ends).toHaveLength(20);
  expect(new Set(ends.map(({ reason }) => reason))).toEqual(new Set(['inactivity']));
  const owed = await capturer.server.asSuperuser('SELECT * FROM capturer.job_intents');
  expect(owed).toHaveLength(20);
});

it('a session that waits for tasks in the background is given a day', async () => {
  await capturer.begin();
  await age();
  await capturer.server.asSuperuser('UPDATE capturer.session_activity SET busy = true');
  expect(await look(60)).toEqual({ closed: 0 });
  await capturer.server.asSuperuser(
    "UPDATE capturer.session_activity SET last_heard_at = now() - interval '25 hours'",
  );
  expect(await look(60)).toEqual({ closed: 1 });
});
