import type { FastifyInstance } from 'fastify';
import { CLOUD_EVENT, CLOUD_EVENTS, EVENT_LINES } from '@loam/contracts/http/events';

/** Deeper than anything that is asked for; a text of nothing but brackets is not even walked through. */
const MOST_DEEP = 32;

/** Whether lists and objects are nested deeper than anything that has a meaning here. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth >= MOST_DEEP) return true;
  for (const inner of Object.values(value)) if (isTooDeep(inner, depth + 1)) return true;
  return false;
}

/** Stands for a line of a body that is no JSON. */
export const BROKEN_LINE = Symbol('a line that is not JSON');

type Parse = (text: string) => unknown;

/** The values of a body with one on each line; blank lines are none. */
export function parseLines(body: string, parse: Parse): unknown[] {
  return body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        return parse(line);
      } catch {
        return BROKEN_LINE;
      }
    });
}

/** Lets the door take events in the media types of CloudEvents and as lines. */
export function takeEvents(server: FastifyInstance): void {
  const json = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser([CLOUD_EVENT, CLOUD_EVENTS], { parseAs: 'string' }, json);
  server.addContentTypeParser(EVENT_LINES, { parseAs: 'string' }, (request, body, done) => {
    const parse: Parse = (line) => {
      let parsed: unknown;
      void json(request, line, (error, value) => {
        if (error !== null && error !== undefined) throw error;
        parsed = value;
      });
      return parsed;
    };
    done(null, parseLines(String(body), parse));
  });
}
