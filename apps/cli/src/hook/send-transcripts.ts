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
}

interface Window {
  readonly text: string;
  readonly bytes: number;
}

/** Whole lines from an offset on; none, where there is no whole line yet. What is too long for the window is passed by. */
function readLines(file: string, offset: number): Window {
  const descriptor = openSync(file, 'r');
  try {
    if (!fstatSync(descriptor).isFile()) return { text: '', bytes: 0 };
    const buffer = Buffer.allocUnsafe(WINDOW);
    const length = readSync(descriptor, buffer, 0, WINDOW, offset);
    const end = buffer.lastIndexOf(NEWLINE, length - 1) + 1;
    if (length > 0 && end > 0) return { text: buffer.toString('utf8', 0, end), bytes: end };
    return { text: '', bytes: length === WINDOW ? length : 0 };
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
  return { read: numberOf(fields['read']), sent: numberOf(fields['sent']) };
}

const START: Progress = { read: 0, sent: 0 };

interface Transcript {
  readonly session: string;
  readonly path: string;
  /** Where its progress is kept. */
  readonly progress: string;
}

/** Sends what is new, a window at a time. @throws NotTaken */
async function sendTranscript(to: Connection, { session, path, progress }: Transcript, places: Places) {
  let { read, sent } = progressOf(progress);
  for (;;) {
    const { text, bytes } = readLines(path, read);
    if (bytes === 0) return;
    const body = redacted(text, homedir());
    const place = `/v1/capture/sessions/${encodeURIComponent(session)}/transcript/${String(sent)}`;
    if (body !== '') {
      const answer = await tell(to, { method: 'PUT', path: place, type: 'application/octet-stream', body });
      const offset = isFields(answer.body) ? numberOf(answer.body['offset']) : 0;
      // The server has another part of it than we think: next time all is sent again, and what it has stays.
      if (!answer.ok || offset !== sent + Buffer.byteLength(body)) {
        if (answer.status === 409 || answer.ok) writePrivately(progress, JSON.stringify(START));
        return;
      }
      sent = offset;
    }
    // Only now: what was not taken is read again.
    read += bytes;
    writePrivately(progress, JSON.stringify({ read, sent }));
    keepLock(places);
  }
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
