import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { eventsOf } from './events-of-payload';
import { parseFields, textOf, type Fields } from './json';
import { placesOf, type Env, type Places } from './places';
import { readPayload } from './read-payload';
import { isLocked, sendingOf } from './sending';
import { append, countLoss, writePrivately } from './spool';
import { wishesFor } from './wishes';
import type { HookVerb } from './wiring';

/** A session is never kept waiting for longer, whatever happens here, in ms. */
const PATIENCE_MS = 1000;

/** Starts the sender, which outlives us and has nothing of ours: no terminal, no pipe of Claude Code. */
function startSender(): void {
  const program = process.argv[1];
  if (program === undefined) return;
  const child = spawn(process.execPath, [program, 'hook', 'send'], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  });
  // The event is in the spool and will be sent when the next session starts.
  child.on('error', () => undefined);
  child.unref();
}

const mayHaveNewText = (verb: HookVerb): boolean => verb === 'stop' || verb === 'session-end';

/** Asks the sender for the text of a session that is not there yet. */
function wantTranscript({ transcripts }: Places, payload: Fields, ended: boolean): void {
  const { session_id: session, transcript_path: path } = payload;
  if (typeof session !== 'string' || typeof path !== 'string') return;
  const name = createHash('sha256').update(session).digest('hex').slice(0, 32);
  writePrivately(join(transcripts, `${name}.wanted`), JSON.stringify({ session, path, ended }));
}

/** Notes what happened before anything is sent; says whether to send. */
function note(verb: HookVerb, text: string | undefined, env: Env, now: Date): boolean {
  const places = placesOf(env);
  const payload = parseFields(text ?? '{}');
  const { cwd } = payload;
  const project = env['CLAUDE_PROJECT_DIR'] || (typeof cwd === 'string' ? cwd : process.cwd());
  const { objection, transcripts } = wishesFor(project, env);
  if (objection !== null) return false;
  // Only the plugin of Claude Code is started with its folder ("Plugins reference", environment variables).
  const fired = env['CLAUDE_PLUGIN_ROOT'] ? places.firedByPlugin : places.fired;
  writePrivately(join(fired, verb), now.toISOString());
  if (text === undefined) countLoss(places.tooLarge, now);
  const events = eventsOf(payload, { project, now, texts: transcripts });
  if (events.length > 0) append(places, events);
  if (transcripts && mayHaveNewText(verb)) wantTranscript(places, payload, verb === 'session-end');
  return (verb === 'session-start' || events.length > 0) && mayTry(verb, places, now);
}

/** What could not be sent is tried again when a session starts, else when the server may be back. */
function mayTry(verb: HookVerb, places: Places, now: Date): boolean {
  if (isLocked(places, now)) return false;
  return verb === 'session-start' || sendingOf(textOf(places.sending)).notBefore <= now.getTime();
}

/** Ends well, without a word, whatever happens, when what stands on standard input was read. */
function quietly(then: (text: string | undefined) => void): void {
  const end = (): never => process.exit(0);
  process.on('uncaughtException', end);
  setTimeout(end, PATIENCE_MS);
  readPayload((text) => {
    then(text);
    end();
  });
}

/** What `loam hook <verb>` does: notes the payload on standard input, and has it sent by another process. */
export function runHook(verb: HookVerb, env: Env): void {
  quietly((text) => {
    if (note(verb, text, env, new Date())) startSender();
  });
}

/** Settings of another version may call a hook that this one does not know; an error would hold the session up. */
export const passOver = (): void => {
  quietly(() => undefined);
};
