import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyRequest, type FastifyServerFactory } from 'fastify';
import { CHUNK, CHUNK_BYTES, uploadTranscript } from '@loam/contracts/http/capture';
import { PROTOBUF } from '@loam/contracts/http/receive';
import { ARCHIVE, importTenant } from '@loam/contracts/http/transfer';
import type { Metrics } from '@loam/service';
import { describeAnswer, unlessKnown } from './conditional';
import { closeEdge, findEdge, openEdge } from './edge';
import { decodeBody } from './encoded-bodies';
import type { Front } from './front';
import { takeEvents } from './event-bodies';
import { urlOf } from './route';
import { bodyReadBefore, QuickEvents } from './report-events/quick-events';
import { securityHeaders } from './security-headers';
import { cutOffLate, REQUEST_MS, unreadRequests } from './unread-requests';

const BODY_BYTES = 1024 * 1024;
/** No id, slug or version is nearly as long. */
const PARAM_CHARACTERS = 2048;

/** An archive of a tenant may be large, and only an operator sends one. */
const takesLong = (request: FastifyRequest): boolean =>
  request.routeOptions.url === importTenant.path.replace('{slug}', ':slug');

/** Chunks of transcripts are larger than any JSON. */
const mostBytes = (request: FastifyRequest): number =>
  request.routeOptions.url === urlOf(uploadTranscript) ? CHUNK_BYTES : BODY_BYTES;

/** Longer than proxies keep theirs, so that it is they who let go. */
const KEEP_ALIVE_MS = 72_000;
/** Node's own clock knows no routes: headers have as long as ever, bodies are timed by their route. */
const CLOCKS = { headersTimeout: REQUEST_MS, requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS };

/**
 * What can be answered from memory, and events one by one, are answered before Fastify takes the request; not while the server ends, since
 * Fastify then lets go of the connections.
 */
const quickFirst =
  ({ reads, recall, reports }: Front, { headers, metrics }: Quick): FastifyServerFactory =>
  (handle) => {
    const events = new QuickEvents({ reports, recall, headers, handle, metrics });
    const server = createServer(CLOCKS, (request, response) => {
      const answered =
        server.listening && (events.answer(request, response) || reads.answer(request, response, metrics));
      if (!answered) handle(request, response);
    });
    return server;
  };

interface Quick {
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metrics: Pick<Metrics, 'messages'>;
}

/** The HTTP server, with limits, security headers, and a span and a count of each request. */
export async function httpDoor(metrics: Pick<Metrics, 'messages'>, front: Front): Promise<FastifyAdapter> {
  const { reads, uses } = front;
  const security = await securityHeaders();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES,
    // Behind a proxy the address is of no use here: nothing is decided by it, and none is stored.
    trustProxy: false,
    forceCloseConnections: 'idle',
    // At the end, what still comes over an open connection is answered, and the connection closed after that; Fastify
    // itself would answer it in a form that is not ours.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAM_CHARACTERS },
    ...unreadRequests,
    serverFactory: quickFirst(front, { headers: security, metrics }),
  });
  const server = adapter.getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers(security);
    openEdge(request, reply, front.cache.ask());
    if (!takesLong(request)) cutOffLate(request.raw);
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    describeAnswer(request, reply, payload);
    reads.noticeWrite(request);
    reads.keep(request, reply, payload);
    done(null, unlessKnown(request, reply, payload));
  });
  server.addHook('onResponse', (request, reply, done) => {
    const edge = findEdge(request);
    if (edge !== undefined) {
      closeEdge(edge);
      uses.sent(edge);
    }
    // By route and not by path: the label has as many values as there are routes.
    const name = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    metrics.messages.handled('request', name, String(reply.statusCode), reply.elapsedTime / 1000);
    done();
  });
  // Left unread for the one route that streams it to the object store.
  server.addContentTypeParser(ARCHIVE, (request, payload, done) => {
    if (takesLong(request)) done(null, payload);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(ARCHIVE), undefined);
  });
  // Bodies are JSON or forms with files; any other text is refused as what it is.
  server.removeContentTypeParser('text/plain');
  server.addHook('preParsing', (request, _reply, payload, done) => {
    try {
      const body = bodyReadBefore(request.raw);
      done(
        null,
        body === undefined ? decodeBody(request, payload, mostBytes(request)) : Readable.from([body]),
      );
    } catch (error) {
      done(error instanceof Error ? error : new Error('the body cannot be decoded'));
    }
  });
  takeEvents(server);
  server.addContentTypeParser(CHUNK, { parseAs: 'buffer', bodyLimit: CHUNK_BYTES }, (request, body, done) => {
    if (request.routeOptions.url === urlOf(uploadTranscript)) done(null, body);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(CHUNK), undefined);
  });
  server.addContentTypeParser(PROTOBUF, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  await server.register(multipart, { throwFileSizeLimit: false });
  return adapter;
}
