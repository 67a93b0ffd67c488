import { DrafterAway, DrafterRefused, noUsage } from '../drafter';

/** Answers are some kilobytes; nothing larger is read. */
const MAX_BYTES = 1024 * 1024;

/** An answer that was longer than any that is wanted. */
class AnswerTooLong extends Error {}

async function bodyOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    if (!(piece instanceof Uint8Array)) throw new Error('a body comes as bytes');
    length += piece.length;
    if (length > MAX_BYTES) throw new AnswerTooLong(`the answer is longer than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** As `fetch`, with a bound on the body and without redirects, which would carry the key to another place. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' });
  const body = await bodyOf(response);
  const headers = new Headers(response.headers);
  // The body is unpacked by now.
  headers.delete('content-encoding');
  headers.delete('content-length');
  const { status, statusText } = response;
  return new Response([101, 204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
};

/** The pause that an answer asks for, in ms: `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfter(headers: Headers | undefined, now: number): number | undefined {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (ms >= 0) return ms;
  const text = headers?.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Statuses after which the same request may succeed later: too early, too many, and what is the other side's fault. */
const mayPass = (status: number): boolean => [408, 409, 425, 429].includes(status) || status >= 500;

/** What an answer that is no success means for whoever asked. */
export function failureOf(provider: string, status: number, headers: Headers | undefined): Error {
  const message = `${provider} answered ${status}`;
  if (!mayPass(status)) return new DrafterRefused(message);
  // No provider charges for that, and an outage should not use up the day's budget.
  return new DrafterAway(message, { retryAfterMs: retryAfter(headers, Date.now()), usage: noUsage });
}
