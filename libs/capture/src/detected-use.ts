import { createHash } from 'node:crypto';

/** That a skill was put to use, or what that cost, as one of several sources tells it. */
export interface DetectedUse {
  /** The same for the same thing told again by the same source, so that a repeated delivery counts once. */
  readonly id: string;
  readonly what: 'activation' | 'cost';
  readonly source: 'hook' | 'otel' | 'transcript';
  /** The skill as the client names it: its slug, or `plugin:skill`. A typed command may be a skill or a command. */
  readonly name: string;
  /** ISO 8601; absent where the source does not say. */
  readonly at?: string | undefined;
  readonly session?: string | undefined;
  readonly prompt?: string | undefined;
  readonly toolUse?: string | undefined;
  /** Where on the machine it happened; for a pseudonym only, never to be kept. */
  readonly project?: string | undefined;
  readonly trigger?: string | undefined;
  /** US dollars. */
  readonly cost?: number | undefined;
}

const NAME = /^[a-z0-9]+(?:[-_:][a-z0-9]+)*$/;
const LONGEST = 130;

/**
 * A client's name for a skill, without the slash with which it was typed. Undefined for what cannot be one, such as a
 * name that the client masks with words or stars.
 */
export function skillName(text: string): string | undefined {
  const name = text.replace(/^\//, '').toLowerCase();
  return name.length <= LONGEST && NAME.test(name) ? name : undefined;
}

/** A UUID that follows from the parts: version 8 of RFC 9562, over SHA-256. */
export function idOf(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join('-');
}
