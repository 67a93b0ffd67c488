import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const SHAPE = /^loam_([0-9a-f]{16})_([0-9a-f]{64})([0-9a-f]{8})$/;

const checksum = (secret: string): string => crc32(secret).toString(16).padStart(8, '0');

/** What is stored of a token: SHA-256 of its whole text, in hexadecimal. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * A new API token: `loam_<id>_<secret><checksum>`, with a public id of 64 bits, a secret of 256 random bits and the
 * CRC-32 of the secret, all in lower-case hexadecimal, so that scanners recognise a leaked one without asking.
 */
export function createToken(): { readonly token: string; readonly id: string; readonly hash: string } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('hex');
  const token = `loam_${id}_${secret}${checksum(secret)}`;
  return { token, id, hash: hashToken(token) };
}

/** The public id of a text that has the form of a token and the right checksum; otherwise undefined. */
export function parseToken(text: string): string | undefined {
  const [, id, secret, sum] = SHAPE.exec(text) ?? [];
  return secret !== undefined && checksum(secret) === sum ? id : undefined;
}
