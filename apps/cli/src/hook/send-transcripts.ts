import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../remote/request';
import { isFields, parseFields, textOf } from './json';
import type { Places } from './places';
import { redactLine } from './redact-transcript';
import { keepLock } from './sender-lock';
import { tell } from './server';
import { writePrivately } from './spool';

/** Read at a time, in bytes; a line that is longer is left out. */
const WINDOW = 2 * 1024 * 1024;
/** How long we remember how much of a session was sent, in ms. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;
const NEWLINE = 0x0a;

interface Progress {
  /** How many bytes of the transcript were dealt with. */
  readonly read: number;
  /** How many bytes came of it and are at the server. */
  readonly sent: number;
  /** Whether that was the beginning of a line too long to be read; the rest of it, too, is left out. */
  readonly within: boolean;
}

interface Window {
  readonly text: string;
  readonly bytes: number;
  readonly within: boolean;
}

const NOTHING: Window = { text: '', bytes: 0, within: false };

/** Whole lines from an offset on; none, where there is no whole line yet. What is too long for the window is passed by. */
function readLines(file: string, { read: offset, within }: Progress): Window {
  const descriptor = openSync(file, 'r');
  try {
    if (!fstatSync(descriptor).isFile()) return NOTHING;
    const buffer = Buffer.allocUnsafe(WINDOW);
    const length = readSync(descriptor, buffer, 0, WINDOW, offset);
    const read = buffer.subarray(0, length);
    const end = read.lastIndexOf(NEWLINE) + 1;
    if (end === 0) return length === WINDOW ? { text: '', bytes: length, within: true } : NOTHING;
    const start = within ? read.indexOf(NEWLINE) + 1 : 0;
    return { text: read.toString('utf8', start, end), bytes: end, within: false };
  } finally {
    closeSync(descriptor);
  }
}

function redacted(text: string, home: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => `${redactLine(line, home)}\n`).join('');
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

function progressOf(file: string): Progress {
  const fields = parseFields(textOf(file) ?? '{}');
  const { read, sent, within } = fields;
  return { read: numberOf(read), sent: numberOf(sent), within: within === true };
}

const START: Progress = { read: 0, sent: 0, within: false };

interface Transcript {
  readonly session: string;
  readonly path: string;
  /** Where its progress is kept. */
  readonly progress: string;
}

/** Sends what is new, a window at a time. @throws NotTaken */
async function sendTranscript(to: Connection, { session, path, progress }: Transcript, places: Places) {
  let known = progressOf(progress);
  const keep = (next: Progress): void => {
    known = next;
    writePrivately(progress, JSON.stringify(next));
  };
  for (;;) {
    const { text, bytes, within } = readLines(path, known);
    if (bytes === 0) return;
    const body = redacted(text, homedir());
    const sent = known.sent + Buffer.byteLength(body);
    const answer = body === '' ? undefined : await upload(to, session, known.sent, body);
    if (answer !== undefined && answer !== sent) {
      // The server has another part of it than we think: next time all is sent again, and what it has stays.
      if (answer !== null) keep(START);
      return;
    }
    // Only now: what was not taken is read again.
    keep({ read: known.read + bytes, sent, within });
    keepLock(places);
  }
}

/** How many bytes the server has then, -1 where there would be a gap; null where it does not want them. @throws NotTaken */
async function upload(to: Connection, session: string, offset: number, body: string): Promise<number | null> {
  const path = `/v1/capture/sessions/${encodeURIComponent(session)}/transcript/${String(offset)}`;
  const answer = await tell(to, { method: 'PUT', path, type: 'application/octet-stream', body });
  if (answer.ok) return isFields(answer.body) ? numberOf(answer.body['offset']) : 0;
  return answer.status === 409 ? -1 : null;
}

function wanted(places: Places): Transcript[] {
  return names(places.transcripts).flatMap((name) => {
    const file = join(places.transcripts, name);
    const progress = file.replace(/\.wanted$/, '.sent');
    const age = Date.now() - statSync(file).mtimeMs;
    if (age > REMEMBERED_MS) for (const old of [file, progress]) rmSync(old, { force: true });
    const { session, path } = parseFields(textOf(file) ?? '{}');
    const isThere = typeof path === 'string' && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    return typeof session === 'string' && isThere ? [{ session, path, progress }] : [];
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.wanted'));
  } catch {
    return [];
  }
}

/** Sends the new parts of the transcripts that hooks asked for. @throws NotTaken */
export async function sendTranscripts(to: Connection, places: Places): Promise<void> {
  for (const transcript of wanted(places)) await sendTranscript(to, transcript, places);
}
