import { finished } from 'node:stream/promises';
import type { Gunzip, InflateRaw } from 'node:zlib';
import { BundleProblem } from './problem';

/** Any failure that is not already a problem comes from a library that could not read the bytes. */
export function asProblem(error: unknown, pointer?: string): BundleProblem {
  if (error instanceof BundleProblem) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new BundleProblem('bundle-corrupt', `The archive cannot be read: ${reason}.`, pointer);
}

/**
 * Expands `bytes` piece by piece. `guard` sees the total after each piece and throws to stop there, so that nothing
 * past a budget is ever held. Bytes behind the end of the compressed data are refused: no reader should disagree
 * with another about what an archive holds.
 */
export async function inflate(
  engine: Gunzip | InflateRaw,
  bytes: Uint8Array,
  guard: (total: number) => void,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  engine.on('data', (piece: Buffer) => {
    total += piece.length;
    try {
      guard(total);
      pieces.push(piece);
    } catch (error) {
      engine.destroy(asProblem(error));
    }
  });
  engine.end(bytes);
  try {
    await finished(engine);
  } catch (error) {
    throw asProblem(error);
  }
  if (engine.bytesWritten !== bytes.length) {
    throw new BundleProblem('bundle-corrupt', 'There are bytes behind the end of the compressed data.');
  }
  return Buffer.concat(pieces, total);
}
