import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyServerOptions } from 'fastify';
import type { Failure } from '@loam/contracts/problems';
import { problemHeaders, toProblem } from '@loam/service';

/** What the parser of HTTP and the server's clocks complain about. */
const details: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'The headers are larger than 16 KiB.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
};

const problemOf = (detail: string) => {
  const failure: Failure = { code: 'request-malformed', detail };
  // There is no span yet; the id is for whoever reports it.
  const problem = toProblem(failure, randomBytes(16).toString('hex'));
  return { status: problem.status, headers: problemHeaders(failure), body: JSON.stringify(problem) };
};

/** What is no request that could be read reaches no handler; it is answered with a problem here all the same. */
export const unreadRequests = {
  /** The address cannot be decoded, or a part of it is too long for anything that exists. */
  frameworkErrors: (error, _request, { raw }) => {
    const { status, headers, body } = problemOf(error.message);
    raw.writeHead(status, headers).end(body);
  },
  clientErrorHandler: (error, socket: Socket) => {
    if (error.code !== 'ECONNRESET') endUnread(error.code, socket);
  },
} satisfies Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'>;

/** Says what is wrong, by the code of the parser or clock that found it, and closes the connection. */
function endUnread(code: string, socket: Socket): void {
  if (!socket.writable) return;
  const { headers, body } = problemOf(details[code] ?? 'This is not HTTP.');
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.end(['HTTP/1.1 400 Bad Request', ...lines, '', body].join('\r\n'));
}

/** Longer than a publish takes; a request that trickles in is cut off. */
export const REQUEST_MS = 60_000;

/** A body that has not come in time never will; what is answered may take longer. */
export function cutOffLate(request: IncomingMessage): void {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
  const clock = setTimeout(() => {
    if (!request.complete) endUnread('ERR_HTTP_REQUEST_TIMEOUT', request.socket);
  }, REQUEST_MS);
  request.once('close', () => {
    clearTimeout(clock);
  });
}
