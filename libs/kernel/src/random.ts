import { randomFillSync } from 'node:crypto';

/** Asking for random bytes costs about a microsecond, however few they are. */
const pool = Buffer.allocUnsafeSlow(8192);
let used = pool.length;

/** So many random bytes as hex digits, twice as many, from a cryptographic source; at most 8192 bytes. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
