import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openTranscript, readMore, transcriptLine } from '@loam/capture';
import type { Connection } from '../remote/request';
import { isFields, textOf } from './json';
import { knownCommands, type KnownCommands } from './known-commands';
import type { Env, Places } from './places';
import { keepLock } from './sender-lock';
import { tell } from './server';
import { writePrivately } from './spool';

/** Read and sent at a time, in bytes; redacted it is never more than the server takes at once. */
const PIECE = 1024 * 1024;
/** How long we remember how much of a session was sent, in ms. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

const wantedSchema = z.object({ session: z.string(), path: z.string(), ended: z.boolean().default(false) });

/**
 * How far a transcript was read, how many bytes of what came of it are at the server, what its commands were found to be,
 * and whether they are known to later sessions.
 */
const progressSchema = z.object({
  place: z.object({
    ...{ offset: z.int(), inLongLine: z.boolean(), root: z.string() },
    ...{ tooLong: z.int(), unreadable: z.int() },
  }),
  sent: z.int(),
  commands: z.record(z.string(), z.boolean()).default({}),
  learned: z.boolean().default(false),
});
type Progress = z.output<typeof progressSchema>;

const START: Progress = { place: openTranscript().place, sent: 0, commands: {}, learned: false };

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
 * waits until it is. The commands of a session that has ended are known from then on.
 * @throws NotTaken
 */
async function sendTranscript(to: Connection, wanted: Transcript, places: Places, known: KnownCommands) {
  const { session, path, progress } = wanted;
  let { place, sent, commands, learned } = parsed(progressSchema, progress) ?? START;
  const verdicts = new Map(Object.entries(commands));
  const keep = (now: Partial<Progress> = {}): void => {
    ({ place, sent, commands, learned } = { place, sent, commands, learned, ...now });
    writePrivately(progress, JSON.stringify({ place, sent, commands, learned }));
  };
  let transcript = openTranscript(place);
  for await (const bytes of createReadStream(path, { start: place.offset, highWaterMark: PIECE })) {
    if (!Buffer.isBuffer(bytes)) continue;
    const { state, records } = readMore(transcript, bytes);
    const judged = verdicts.size;
    const body = records.map((record) => transcriptLine(known.judge(record, verdicts))).join('');
    // Kept before it is told: a piece whose answer is lost is sent again with the same bytes.
    if (verdicts.size > judged) keep({ commands: Object.fromEntries(verdicts), learned: false });
    const offset = body === '' ? sent : await upload(to, session, sent, body);
    if (offset !== sent + Buffer.byteLength(body)) {
      // The server has another part of it than we think: next time all is sent again, and what it has stays.
      if (offset !== null) keep({ place: START.place, sent: 0 });
      return;
    }
    transcript = state;
    keep({ place: state.place, sent: offset });
    keepLock(places);
  }
  if (!wanted.ended || learned || verdicts.size === 0) return;
  known.learn(verdicts);
  keep({ learned: true });
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
  const files = names(transcripts).map((name) => join(transcripts, name));
  // The oldest first: what an earlier session ran is known when a later one is judged.
  const ages = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
  files.sort((a, b) => (ages.get(a) ?? 0) - (ages.get(b) ?? 0));
  return files.flatMap((file) => {
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
export async function sendTranscripts(to: Connection, places: Places, env: Env): Promise<void> {
  const all = wanted(places);
  if (all.length === 0) return;
  const known = knownCommands(places, env);
  for (const transcript of all) await sendTranscript(to, transcript, places, known);
}
