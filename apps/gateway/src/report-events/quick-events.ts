import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { reportEvents } from '@loam/contracts/http/events';
import { permits } from '@loam/contracts/scopes';
import { randomHex } from '@loam/kernel';
import { problemHeaders, toProblem, tracesAreCollected, type Metrics } from '@loam/service';
import type { Principal } from '../authenticator';
import { cutOffLate } from '../unread-requests';
import { isUntracked } from '../untracked';
import type { EventReports } from './event-reports';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

interface QuickEventsOptions {
  readonly reports: Pick<EventReports, 'reportPlain'>;
  /** Who asks, if that is known without asking anybody. */
  readonly recall: (headers: IncomingHttpHeaders) => Principal | undefined;
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Takes the request the long way. */
  readonly handle: Handle;
  readonly metrics: Pick<Metrics, 'messages'>;
}

const ROUTE = `${reportEvents.method} ${reportEvents.path}`;
const JSON_TYPE = ['content-type', 'application/json; charset=utf-8'];
const SCOPE = reportEvents.scope ?? 'telemetry:write';
/** One event is a few hundred bytes; what is larger is worth no haste. */
const MOST_BYTES = 8192;
/** Keys by which objects are spoilt; what holds such a text is read with the care of the long way. */
const SPOILING = /__proto__|constructor/;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Sent {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: object;
}

const bodies = new WeakMap<IncomingMessage, Buffer>();

/** The body of a request that was read here before it was handed on. */
export const bodyReadBefore = (request: IncomingMessage): Buffer | undefined => bodies.get(request);

/**
 * Answers the one request that comes most often, a single event that has nothing unusual, ahead of Fastify: what that
 * does around a handler costs several times what an event does. Whatever is unusual goes on to the long way with the
 * body that was read, and nothing of it is done here; so guard, limits and answers are written once.
 */
export class QuickEvents {
  private readonly headers: readonly string[];

  constructor(private readonly options: QuickEventsOptions) {
    this.headers = Object.entries({ ...options.headers, 'cache-control': 'no-store' }).flat();
  }

  /** @returns false where it is none of ours, and nothing of it was read */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (!isSmallJson(request) || isUntracked(request.headers) || tracesAreCollected) return false;
    const principal = this.options.recall(request.headers);
    if (principal === undefined || !permits(principal.scopes, SCOPE)) return false;
    const pieces: Buffer[] = [];
    cutOffLate(request);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.once('end', () => {
      this.report(pieces, principal, { request, response });
    });
    return true;
  }

  private report(pieces: readonly Buffer[], principal: Principal, exchange: Exchange): void {
    const body = wholeOf(pieces);
    const began = performance.now();
    const told: string[] = [];
    const recording = this.options.reports.reportPlain(jsonOf(body.toString()), principal, (name, value) =>
      told.push(name, value),
    );
    if (recording === undefined) {
      this.handOn(body, exchange);
      return;
    }
    void recording.then((answer) => {
      const { response } = exchange;
      if (!answer.ok) {
        const problem = toProblem(answer.failure, randomHex(16));
        const headers = Object.entries(problemHeaders(answer.failure)).flat();
        this.send(response, { status: problem.status, headers: [...headers, ...told], body: problem });
      } else if (answer.value.status === 'recorded')
        this.send(response, {
          status: 202,
          headers: [...JSON_TYPE, ...told],
          body: { results: [answer.value] },
        });
      else {
        // It is refused in the same way when it comes again, and answered there.
        this.handOn(body, exchange);
        return;
      }
      const seconds = (performance.now() - began) / 1000;
      this.options.metrics.messages.handled('request', ROUTE, String(response.statusCode), seconds);
    });
  }

  private handOn(body: Buffer, { request, response }: Exchange): void {
    bodies.set(request, body);
    this.options.handle(request, response);
  }

  private send(response: ServerResponse, { status, headers, body }: Sent): void {
    const text = JSON.stringify(body);
    const length = ['content-length', String(Buffer.byteLength(text))];
    response.writeHead(status, [...this.headers, ...headers, ...length]).end(text);
  }
}

/** With a length, so that nothing has to be counted; neither encoded nor in another form. */
const isSmallJson = ({ method, url, headers }: IncomingMessage): boolean =>
  method === 'POST' &&
  url === reportEvents.path &&
  headers['content-type'] === 'application/json' &&
  headers['content-encoding'] === undefined &&
  headers.expect === undefined &&
  Number(headers['content-length'] ?? Infinity) <= MOST_BYTES;

const wholeOf = (pieces: readonly Buffer[]): Buffer => {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
};

function jsonOf(text: string): unknown {
  if (SPOILING.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
