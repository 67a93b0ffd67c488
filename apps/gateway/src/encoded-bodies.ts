import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { errorCodes, type FastifyRequest } from 'fastify';

/** Small, so that a body that expands without end is noticed soon. */
const CHUNK = { chunkSize: 16 * 1024 };
const inflaters = {
  gzip: () => createGunzip(CHUNK),
  'x-gzip': () => createGunzip(CHUNK),
  br: () => createBrotliDecompress(CHUNK),
} as const;

const isKnown = (encoding: string): encoding is keyof typeof inflaters => Object.hasOwn(inflaters, encoding);

/**
 * The body of a request without its content encoding, gzip or br. It inflates as it is read, and no further than
 * `most` bytes: a body that expands without end costs no more than one that is a little too large.
 * @throws FastifyError 415 for another encoding, or for several
 */
export function decodeBody(request: FastifyRequest, payload: Readable, most: number): Readable {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === 'identity') return payload;
  if (!isKnown(encoding)) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(`content encoding ${encoding}`);
  const inflater = inflaters[encoding]();
  let [encoded, decoded] = [0, 0];
  payload.on('data', (chunk: Buffer) => (encoded += chunk.length));
  payload.once('error', (error: Error) => inflater.destroy(error));
  // Fastify compares it with the length that was announced.
  Object.defineProperty(inflater, 'receivedEncodedLength', { get: () => encoded });
  inflater.on('data', (chunk: Buffer) => {
    decoded += chunk.length;
    if (decoded <= most) return;
    // Whoever reads hears of this chunk, which is too much, and of none after it.
    payload.unpipe();
    inflater.removeAllListeners();
    inflater.on('error', () => undefined);
    inflater.destroy();
  });
  payload.pipe(inflater);
  return inflater;
}
