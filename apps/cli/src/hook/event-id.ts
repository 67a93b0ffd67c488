import { randomBytes } from 'node:crypto';

/** A UUID of version 7 (RFC 9562): the time in ms, then chance. It is the event's for good, however often it is sent. */
export function newEventId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  const chance = randomBytes(10).toString('hex');
  const variant = ((parseInt(chance.charAt(3), 16) & 3) | 8).toString(16);
  const groups = [time.slice(0, 8), time.slice(8), `7${chance.slice(0, 3)}`, variant + chance.slice(4, 7)];
  return [...groups, chance.slice(7, 19)].join('-');
}
