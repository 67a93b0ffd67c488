import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnown, tagOf } from './entity-tag';

/** For what may change: kept by the client that asked, and used again only once we have said that it still holds. */
const ASK_EACH_TIME = 'private, no-cache';

const isRead = ({ method }: FastifyRequest, { statusCode }: FastifyReply): boolean =>
  (method === 'GET' || method === 'HEAD') && statusCode < 300;

/**
 * The last thing that happens to every answer: a read that succeeds carries a strong tag of its bytes, and is 304
 * without them where the client has these already; anything else is kept by nobody. What a handler has set stays.
 */
export function makeConditional(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const read = isRead(request, reply);
  if (!reply.hasHeader('cache-control'))
    void reply.header('cache-control', read ? ASK_EACH_TIME : 'no-store');
  if (!read || reply.statusCode !== 200) return payload;
  if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) return payload;
  const set = reply.getHeader('etag');
  const tag = typeof set === 'string' ? set : tagOf(payload);
  void reply.header('etag', tag);
  if (!isKnown(request.headers['if-none-match'], tag)) return payload;
  void reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}
