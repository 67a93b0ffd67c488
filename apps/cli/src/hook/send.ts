import { connection } from '../config';
import { Failure } from '../failure';
import { textOf } from './json';
import { placesOf, type Env, type Places } from './places';
import { giveLockBack, takeLock } from './sender-lock';
import { sendEvents } from './send-events';
import { sendTranscripts } from './send-transcripts';
import { sendingOf } from './sending';
import { NotTaken } from './server';
import { sizeOf, writePrivately } from './spool';

const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 600_000;

/** Sends everything; the texts first, so that a session that ends is judged with all of them. */
async function pass(places: Places, env: Env): Promise<void> {
  const before = sendingOf(textOf(places.sending));
  const keep = (now: object) => {
    writePrivately(places.sending, `${JSON.stringify({ ...before, ...now })}\n`);
  };
  try {
    const to = await connection({}, { env, cwd: process.cwd() });
    const unsent = await sendTranscripts(to, places, env).then(() => null, reasonOf);
    const refused = before.refused + (await sendEvents(to, places));
    // A text that cannot be read or sent keeps no event back.
    if (unsent !== null) throw new NotTaken(unsent);
    keep({ sentAt: new Date().toISOString(), error: null, failures: 0, notBefore: 0, refused });
  } catch (error) {
    const asked = error instanceof NotTaken ? error.waitMs : 0;
    const own = Math.min(FIRST_PAUSE_MS * 2 ** before.failures, LONGEST_PAUSE_MS);
    const notBefore = Date.now() + Math.min(Math.max(asked, own), LONGEST_PAUSE_MS);
    keep({ error: reasonOf(error), failures: before.failures + 1, notBefore });
    throw error;
  }
}

/** What may be shown to anybody: no token, and nothing of a payload. */
function reasonOf(error: unknown): string {
  if (error instanceof NotTaken || error instanceof Failure) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return `the sender failed${code === '' ? '' : ` (${code})`}`;
}

/** Sends all that waits, unless another process does so already. Never rejects; `loam hook doctor` tells what came of it. */
export async function send(env: Env): Promise<void> {
  const places = placesOf(env);
  while (takeLock(places)) {
    try {
      await pass(places, env);
    } catch {
      return;
    } finally {
      giveLockBack(places);
    }
    // A hook that came just before the lock was given back has found it taken.
    if (sizeOf(places.current) === 0) return;
  }
}
