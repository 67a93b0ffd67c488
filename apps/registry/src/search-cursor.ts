import { createHash } from 'node:crypto';
import { z } from 'zod';

const placeSchema = z.object({
  score: z.number(),
  kind: z.string(),
  slug: z.string(),
  asOf: z.number(),
});
const cursorSchema = z.object({ of: z.string(), place: placeSchema });
export type SearchPlace = z.output<typeof placeSchema>;

/** Names a search by everything that decides its order, but for the page. */
const nameOf = (search: unknown): string =>
  createHash('sha256').update(JSON.stringify(search)).digest('base64url').slice(0, 12);

/** The place as a caller is given it: opaque, and good for this search only. */
export const cursorOf = (search: unknown, place: SearchPlace): string =>
  Buffer.from(JSON.stringify({ of: nameOf(search), place })).toString('base64url');

/** The place that a cursor stands for; undefined when it was not given for this search. */
export function placeOf(search: unknown, cursor: string): SearchPlace | undefined {
  const parsed = jsonOf(Buffer.from(cursor, 'base64url').toString('utf8'));
  const known = cursorSchema.safeParse(parsed);
  return known.success && known.data.of === nameOf(search) ? known.data.place : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
