import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refused } from '@loam/messaging';
import { isKnown } from './entity-tag';
import { selectRanges, type ByteRange } from './ranges';

/** A body that is whole in memory. */
export interface Body {
  readonly bytes: Buffer;
  readonly type: string;
  /** Strong: names these very bytes. */
  readonly etag: string;
  /** What else a success says. */
  readonly headers?: Readonly<Record<string, string>>;
}

const contentRange = ({ start, end }: ByteRange, size: number): string => `bytes ${start}-${end}/${size}`;

const slice = (bytes: Buffer, { start, end }: ByteRange): Buffer => bytes.subarray(start, end + 1);

/** Several ranges as one body (RFC 9110 14.6). */
function multipart({ bytes, type }: Body, ranges: readonly ByteRange[], boundary: string): Buffer {
  const parts = ranges.flatMap((range) => [
    Buffer.from(
      `\r\n--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range, bytes.length)}\r\n\r\n`,
    ),
    slice(bytes, range),
  ]);
  return Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** `Range` holds for GET alone, and `If-Range` only for the very bytes that it names (RFC 9110 13.1.5). */
function rangesOf({ method, headers }: FastifyRequest, { bytes, etag }: Body) {
  const current = headers['if-range'] === undefined || headers['if-range'] === etag;
  return method === 'GET' && current ? selectRanges(headers.range, bytes.length) : 'whole';
}

/**
 * Sends a body: whole, the ranges that are asked for, or nothing where the client has it already.
 * @throws Refused `range-not-satisfiable`
 */
export function sendBytes(request: FastifyRequest, reply: FastifyReply, body: Body): FastifyReply {
  const { bytes, type, etag } = body;
  const ranges = rangesOf(request, body);
  const headers = { ...body.headers, etag, 'accept-ranges': 'bytes' };
  // The tag is looked at before the range; the door does the rest of that.
  if (ranges === 'whole' || isKnown(request.headers['if-none-match'], etag))
    return reply.headers({ ...headers, 'content-type': type }).send(bytes);
  const [first, ...more] = ranges;
  if (first === undefined) {
    void reply.header('content-range', `bytes */${bytes.length}`);
    throw new Refused({
      code: 'range-not-satisfiable',
      detail: `There are ${bytes.length} bytes, and the range is beyond them.`,
    });
  }
  void reply.code(206).headers(headers);
  if (more.length === 0)
    return reply
      .headers({ 'content-type': type, 'content-range': contentRange(first, bytes.length) })
      .send(slice(bytes, first));
  const boundary = randomUUID();
  return reply
    .header('content-type', `multipart/byteranges; boundary=${boundary}`)
    .send(multipart(body, ranges, boundary));
}
