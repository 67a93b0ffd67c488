import type { z } from 'zod';
import { MOST_EVENTS, type EventResult } from '@loam/contracts/http/events';
import { Refused } from '@loam/messaging';
import { BROKEN_LINE, isTooDeep } from './event-bodies';

/** @throws Refused */
export function demandShallow(body: unknown): void {
  if (isTooDeep(body))
    throw new Refused({ code: 'request-malformed', detail: 'The body is nested too deeply.' });
}

/** @throws Refused */
export function demandFew(items: readonly unknown[]): void {
  if (items.length > MOST_EVENTS)
    throw new Refused({
      code: 'body-too-large',
      detail: `Send at most ${String(MOST_EVENTS)} events at once.`,
    });
}

/** The event, or what is wrong with it. */
export function parseReport<S extends z.ZodType>(schema: S, item: unknown): z.output<S> | EventResult {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const given = typeof item === 'object' && item !== null && 'id' in item ? item.id : null;
  return {
    id: typeof given === 'string' ? given : null,
    ...{ status: 'invalid', code: 'event-invalid' },
    pointer: (issue?.path ?? []).map((part) => `/${String(part)}`).join(''),
    detail: item === BROKEN_LINE ? 'The line is not JSON.' : (issue?.message ?? 'The event is not valid.'),
  };
}
