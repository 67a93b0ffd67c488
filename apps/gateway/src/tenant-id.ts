import { createHash } from 'node:crypto';

/**
 * A tenant's id follows from its slug, so that two requests to create one meet in the same stream and the log, not
 * a lock, lets one of them win. UUID version 8 (RFC 9562) over SHA-256.
 */
export function tenantIdOf(slug: string): string {
  const hash = createHash('sha256').update(`loam tenant ${slug}`).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
