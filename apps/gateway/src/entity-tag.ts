import { hash } from 'node:crypto';

/** 27 characters hold 162 bits: nobody finds two bodies with one tag. */
const CHARACTERS = 27;

/** The strong entity tag (RFC 9110 8.8.3) of these very bytes. */
export const tagOf = (body: string | Uint8Array): string =>
  `"${hash('sha256', body, 'base64url').slice(0, CHARACTERS)}"`;

/** A quoted text, weak or not. */
const TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Whether `If-None-Match` names this tag; by weak comparison, as RFC 9110 13.1.2 has it. */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === tag || ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(TAG)].some(([, known]) => known === tag);
}
