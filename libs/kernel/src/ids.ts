import { randomHex } from './random';

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
  const random = randomHex(10);
  if (now > lastMillisecond) {
    lastMillisecond = now;
    sequence = startOf(random);
  } else if (++sequence > 0xfff) {
    lastMillisecond += 1;
    sequence = startOf(random);
  }
  const time = lastMillisecond.toString(16).padStart(12, '0');
  const variant = ((parseInt(random.charAt(4), 16) & 3) | 8).toString(16);
  const count = sequence.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}${random.slice(5, 8)}-${random.slice(8)}`;
}

const startOf = (random: string): number => parseInt(random.slice(0, 4), 16) & 0x7ff;
