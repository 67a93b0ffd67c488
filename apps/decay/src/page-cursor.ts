import { z } from 'zod';
import { reject, type Rejection } from '@loam/kernel';

const partsSchema = z.array(z.string()).max(4);

/** A place in a list as a caller is given it: opaque. */
export const cursorOf = (...parts: readonly string[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The parts of a cursor, as many as there must be; none where there is no cursor. */
export function partsOf(
  cursor: string | null,
  length: number,
): string[] | null | Rejection<'cursor-invalid'> {
  if (cursor === null) return null;
  try {
    const parts = partsSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (parts.length === length) return parts;
  } catch {
    // Told below.
  }
  return reject('cursor-invalid', 'Begin again without a cursor.');
}
