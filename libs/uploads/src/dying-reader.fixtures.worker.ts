import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Reading, ReadingRequest } from './checked';

const orderSchema = z.object({ file: z.string(), deaths: z.int() });

/**
 * Stands where the reader's thread is: takes the upload for an order to run out of memory so many times, counts its
 * lives in a file, and reads it as a damaged archive after that.
 */
export async function read({ bytes }: ReadingRequest): Promise<Reading> {
  const { file, deaths } = orderSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  appendFileSync(file, '.');
  const hoard: number[][] = [];
  while (readFileSync(file).length <= deaths) hoard.push(Array.from<number>({ length: 1_000_000 }).fill(0.5));
  return { ok: false, code: 'bundle-corrupt', detail: 'It was read.' };
}

/** It scans by no rules. */
export const rules = (): string => 'none';
