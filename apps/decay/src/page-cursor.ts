import type { z } from 'zod';
import { reject, type Rejection } from '@loam/kernel';

/** A place in a list as a caller is given it: opaque. */
export const cursorOf = (...parts: readonly string[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The parts of a cursor, each as it must be; null where there is no cursor. */
export function partsOf<Parts extends string[]>(
  cursor: string | null,
  schema: z.ZodType<Parts>,
): Parts | null | Rejection<'cursor-invalid'> {
  if (cursor === null) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    // Told below.
  }
  return reject('cursor-invalid', 'Begin again without a cursor.');
}
