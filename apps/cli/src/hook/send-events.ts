import type { Connection } from '../remote/request';
import { isFields } from './json';
import type { Places } from './places';
import { keepLock } from './sender-lock';
import { tell } from './server';
import { keepOnly, linesOf, seal, sealed } from './spool';

/** In one request: events, and characters of them. */
const MOST_EVENTS = 500;
const MOST_LENGTH = 768 * 1024;

const BATCH = 'application/cloudevents-batch+json';
const CAPTURES = '/v1/capture/events';
const USES = '/v1/events';

/** Where an event goes; nowhere, where a full disk cut its line. */
function pathOf(line: string): string | undefined {
  try {
    const event: unknown = JSON.parse(line);
    const type = isFields(event) ? event['type'] : undefined;
    if (typeof type !== 'string') return undefined;
    return type.startsWith('loam.capture.') ? CAPTURES : USES;
  } catch {
    return undefined;
  }
}

/** A slash command need be no skill of the registry. */
const isTaken = (result: unknown): boolean =>
  isFields(result) && ['recorded', 'unknown-skill'].includes(String(result['status']));

/** Sends them; resolves to how many the server will never take. @throws NotTaken */
async function deliver(to: Connection, path: string, lines: readonly string[]): Promise<number> {
  if (lines.length === 0) return 0;
  const answer = await tell(to, { method: 'POST', path, type: BATCH, body: `[${lines.join(',')}]` });
  if (answer.ok) {
    const results = isFields(answer.body) ? answer.body['results'] : undefined;
    return Array.isArray(results) ? results.filter((result) => !isTaken(result)).length : 0;
  }
  if (lines.length === 1) return 1;
  // One of them spoils the others: they are sent apart.
  const half = lines.length >> 1;
  return (await deliver(to, path, lines.slice(0, half))) + (await deliver(to, path, lines.slice(half)));
}

/** How many of the lines fit into one request; at least one. */
function fitting(lines: readonly string[]): number {
  let length = 0;
  const tooMany = lines.findIndex((line, index) => (length += line.length + 1) > MOST_LENGTH && index > 0);
  return Math.min(tooMany === -1 ? lines.length : tooMany, MOST_EVENTS);
}

/** Sends one file; what could not be sent stays in it. Resolves to how many the server will never take. */
async function sendFile(to: Connection, file: string, places: Places): Promise<number> {
  let rest: readonly string[] = linesOf(file);
  let refused = 0;
  try {
    while (rest.length > 0) {
      const batch = rest.slice(0, fitting(rest));
      const linesFor = (path: string | undefined) => batch.filter((line) => pathOf(line) === path);
      refused += linesFor(undefined).length;
      for (const path of [CAPTURES, USES]) refused += await deliver(to, path, linesFor(path));
      rest = rest.slice(batch.length);
      keepLock(places);
    }
  } finally {
    keepOnly(file, rest);
  }
  return refused;
}

/**
 * Sends all that was appended until now, oldest first. Where it breaks off, the rest is sent another time, perhaps with
 * some that were sent already: their ids count once.
 * @throws NotTaken
 */
export async function sendEvents(to: Connection, places: Places): Promise<number> {
  seal(places);
  let refused = 0;
  for (const file of sealed(places)) refused += await sendFile(to, file, places);
  return refused;
}
