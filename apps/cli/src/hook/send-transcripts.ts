import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openTranscript, readMore, transcriptLine } from '@loam/capture';
import type { Connection } from '../remote/request';
import { isFields, textOf } from './json';
import type { Places } from './places';
import { keepLock } from './sender-lock';
import { tell } from './server';
import { writePrivately } from './spool';

/** Read and sent at a time, in bytes; redacted it is never more than the server takes at once. */
const PIECE = 1024 * 1024;
/** How long we remember how much of a session was sent, in ms. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

const wantedSchema = z.object({ session: z.string(), path: z.string() });

/** How far a transcript was read, and how many bytes of what came of it are at the server. */
const progressSchema = z.object({
  place: z.object({
    ...{ offset: z.int(), inLongLine: z.boolean(), root: z.string() },
    ...{ tooLong: z.int(), unreadable: z.int() },
  }),
  sent: z.int(),
});
type Progress = z.output<typeof progressSchema>;

const START: Progress = { place: openTranscript().place, sent: 0 };

function parsed<T>(schema: z.ZodType<T>, file: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(textOf(file) ?? '')).data;
  } catch {
    return undefined;
  }
}

interface Transcript extends z.output<typeof wantedSchema> {
  /** Where its progress is kept. */
  readonly progress: string;
}

/**
 * Sends what is new, redacted, a piece at a time. Only what the server has counts as read; a last line that is not whole
 * waits until it is.
 * @throws NotTaken
 */
async function sendTranscript(to: Connection, { session, path, progress }: Transcript, places: Places) {
  let { place, sent } = parsed(progressSchema, progress) ?? START;
  let transcript = openTranscript(place);
  for await (const bytes of createReadStream(path, { start: place.offset, highWaterMark: PIECE })) {
    if (!Buffer.isBuffer(bytes)) continue;
    const { state, records } = readMore(transcript, bytes);
    const body = records.map(transcriptLine).join('');
    const offset = body === '' ? sent : await upload(to, session, sent, body);
    if (offset !== sent + Buffer.byteLength(body)) {
      // The server has another part of it than we think: next time all is sent again, and what it has stays.
      if (offset !== null) writePrivately(progress, JSON.stringify(START));
      return;
    }
    transcript = state;
    ({ place } = state);
    sent = offset;
    writePrivately(progress, JSON.stringify({ place, sent }));
    keepLock(places);
  }
}

/** How many bytes the server has then, -1 where there would be a gap; null where it does not want them. @throws NotTaken */
async function upload(to: Connection, session: string, offset: number, body: string): Promise<number | null> {
  const path = `/v1/capture/sessions/${encodeURIComponent(session)}/transcript/${String(offset)}`;
  const answer = await tell(to, { method: 'PUT', path, type: 'application/octet-stream', body });
  if (!answer.ok) return answer.status === 409 ? -1 : null;
  const there = isFields(answer.body) ? answer.body['offset'] : undefined;
  return typeof there === 'number' ? there : null;
}

function wanted({ transcripts }: Places): Transcript[] {
  return names(transcripts).flatMap((name) => {
    const file = join(transcripts, name);
    const progress = file.replace(/\.wanted$/, '.sent');
    if (Date.now() - statSync(file).mtimeMs > REMEMBERED_MS)
      for (const old of [file, progress]) rmSync(old, { force: true });
    const found = parsed(wantedSchema, file);
    const isThere = found !== undefined && statSync(found.path, { throwIfNoEntry: false })?.isFile() === true;
    return isThere ? [{ ...found, progress }] : [];
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
