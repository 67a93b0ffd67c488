import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnown, tagOf } from './entity-tag';

/** For what may change: kept by the client that asked, and used again only once we have said that it still holds. */
const ASK_EACH_TIME = 'private, no-cache';

const isRead = ({ method }: FastifyRequest, { statusCode }: FastifyReply): boolean =>
  (method === 'GET' || method === 'HEAD') && statusCode < 300;

/**
 * What every answer says of itself: a read that succeeds has a strong tag of its bytes, and is asked for each time it
 * is used again; anything else is kept by nobody. What a handler has said stays.
 */
export function describeAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
  const read = isRead(request, reply);
  if (!reply.hasHeader('cache-control'))
    void reply.header('cache-control', read ? ASK_EACH_TIME : 'no-store');
  if (!read || reply.statusCode !== 200 || reply.hasHeader('etag')) return;
  if (typeof payload === 'string' || payload instanceof Uint8Array) void reply.header('etag', tagOf(payload));
}

/** The answer, or 304 without it where the client has it already. */
export function unlessKnown(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const tag = reply.getHeader('etag');
  if (!isRead(request, reply) || reply.statusCode !== 200 || typeof tag !== 'string') return payload;
  if (!isKnown(request.headers['if-none-match'], tag)) return payload;
  void reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}
