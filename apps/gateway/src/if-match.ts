import type { FastifyRequest } from 'fastify';
import { Refused } from '@loam/messaging';

/** The entity tag of something that counts its revisions. */
export const revisionTag = (revision: number): string => `"${String(revision)}"`;

/**
 * The revision that `If-Match` names; null where the caller does not mind which.
 * @throws Refused `request-malformed` where it is no tag of ours
 */
export function revisionIn({ headers }: FastifyRequest): number | null {
  const given = headers['if-match']?.trim();
  if (given === undefined || given === '*') return null;
  const [, revision] = /^"(\d{1,9})"$/.exec(given) ?? [];
  if (revision === undefined)
    throw new Refused({
      code: 'request-malformed',
      detail: '`If-Match` takes `*` or the entity tag of one revision, such as "3".',
    });
  return Number(revision);
}
