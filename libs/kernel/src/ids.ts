import { randomBytes } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a lower-case UUID of any version. */
export const isUuid = (text: string): boolean => UUID.test(text);

let lastMillisecond = 0;
let sequence = 0;

/**
 * A time-ordered identifier, UUID version 7 (RFC 9562 section 5.7, method 1): 48 bits of Unix milliseconds,
 * then a 12-bit counter that starts at random and grows within a millisecond, then 62 random bits.
 * Identifiers of one process never go backwards, even when its clock does.
 */
export function uuidv7(now: number = Date.now()): string {
  const random = randomBytes(10);
  if (now > lastMillisecond) {
    lastMillisecond = now;
    sequence = random.readUInt16BE(0) & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMillisecond += 1;
    sequence = random.readUInt16BE(0) & 0x7ff;
  }
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(lastMillisecond, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  random.copy(bytes, 8, 2);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
