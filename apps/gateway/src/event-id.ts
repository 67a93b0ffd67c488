import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

const uuid = z.uuid();

/** The UUID of version 8 (RFC 9562) that is made of 128 bits, given as 32 hex digits. */
export function uuidOf(hex: string): string {
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** An id of CloudEvents is any text, unique together with its source; what is no UUID becomes one over SHA-256. */
export function idOfEvent({ id, source }: { readonly id: string; readonly source: string }): string {
  if (uuid.safeParse(id).success) return id.toLowerCase();
  return uuidOf(createHash('sha256').update(`${source}\0${id}`).digest('hex'));
}

/** The id that follows from the header `Idempotency-Key` of a request, if it has one. Each token has keys of its own. */
export function idOfKey(headers: IncomingHttpHeaders, token: string): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key !== 'string' || key === '' ? undefined : idOfEvent({ id: key, source: token });
}
