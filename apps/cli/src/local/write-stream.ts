import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExitCode, Failure } from '../failure';

/**
 * Writes what streams in to a file, which appears when it is complete and what it should be, or to a stream.
 * @param expected its SHA-256 in hex
 */
export async function writeStream(
  body: AsyncIterable<Uint8Array>,
  to: string | Writable,
  expected: string,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const draft = typeof to === 'string' ? `${to}.${randomUUID()}` : undefined;
  const sink = typeof to === 'string' ? createWriteStream(draft ?? to, { flags: 'wx' }) : to;
  try {
    await pipeline(Readable.from(body), meter, sink, { end: typeof to === 'string' });
    const sha256 = hash.digest('hex');
    if (sha256 !== expected)
      throw new Failure({
        ...{ exitCode: ExitCode.refused, code: 'digest-mismatch' },
        what: `The archive has the SHA-256 ${sha256}; the server says ${expected}. Do not use it.`,
      });
    if (typeof to === 'string' && draft !== undefined) await rename(draft, to);
    return { sha256, bytes };
  } finally {
    if (draft !== undefined) await rm(draft, { force: true });
  }
}
