import { classes } from './classes';

/** What stands in place of what was taken out. */
export const MARKER = '[REDACTED]';

/**
 * Takes everything personal or secret out of a text that these classes know. Doing it again changes nothing; what is
 * not text becomes an empty one. Time grows with the length and with nothing else.
 */
export function redact(text: unknown): string {
  if (typeof text !== 'string') return '';
  let left = text;
  // What was glued to something that went stands alone now, and may be of an earlier class.
  for (let pass = 0; pass < classes.length; pass += 1) {
    const before = left;
    for (const { pattern, leaves } of classes) left = left.replace(pattern, leaves ? `$1${MARKER}` : MARKER);
    if (left === before) break;
  }
  return left;
}

/**
 * A redacted text of at most `most` UTF-16 units. It is redacted before it is cut, so that no half of a secret is left; a
 * cut inside a marker leaves the beginning of the marker, and no character is cut in two.
 */
export function redactAndCut(text: unknown, most: number): string {
  const whole = redact(text);
  if (whole.length <= most) return whole;
  const cut = whole.slice(0, most);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
