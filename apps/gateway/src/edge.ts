import { context, propagation, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventContext } from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';
import type { Caller } from '@loam/messaging';
import type { Principal } from './authenticator';
import type { Asked } from './read-cache/read-cache';
import type { ServedUse } from './served-use';

/** What the gateway knows of one HTTP request besides the request itself. */
export class Edge {
  /** Handed on with everything that the request leads to. */
  readonly correlationId = uuidv7();
  /** Set by the guard, on routes that need a token. */
  authenticated: Principal | undefined;
  /** Set by handlers of what counts as a use. */
  use: ServedUse | undefined;

  constructor(
    /** Where the request's server span is the active one. */
    readonly trace: Context,
    readonly reply: FastifyReply,
    /** When the request came, among all that happens. */
    readonly asked: Asked,
  ) {}

  get principal(): Principal {
    if (this.authenticated === undefined) throw new Error('this route takes no token');
    return this.authenticated;
  }

  get traceId(): string {
    return trace.getSpanContext(this.trace)?.traceId ?? '';
  }

  /** For asking services on behalf of whoever asks. */
  get caller(): Caller {
    const { tenantId, tokenId, scopes } = this.principal;
    return {
      identity: { tenant: tenantId, actor: { type: 'token', id: tokenId }, scopes },
      correlationId: this.correlationId,
    };
  }

  /** For what the gateway itself appends to its log. */
  get context(): EventContext {
    const { tenantId, tokenId } = this.principal;
    return {
      tenant: tenantId,
      actor: { type: 'token', id: tokenId },
      correlationId: this.correlationId,
      causationId: null,
      traceparent: null,
    };
  }
}

const edges = new WeakMap<FastifyRequest, Edge>();

/** The edge of a request; undefined where it was answered before it came so far. */
export const findEdge = (request: FastifyRequest): Edge | undefined => edges.get(request);

/** The edge of a request that has passed `openEdge`. */
export function edgeOf(request: FastifyRequest): Edge {
  const edge = findEdge(request);
  if (edge === undefined) throw new Error('the request did not come through the door');
  return edge;
}

/** The first thing that happens to a request: its span begins, going on from the caller's trace if there is one. */
export function openEdge(request: FastifyRequest, reply: FastifyReply, asked: Asked): void {
  const from = propagation.extract(context.active(), request.headers);
  const span = trace
    .getTracer('@loam/gateway')
    .startSpan(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, { kind: SpanKind.SERVER }, from);
  edges.set(request, new Edge(trace.setSpan(from, span), reply, asked));
}

/** The last thing: the answer has left. */
export function closeEdge({ trace: context, reply }: Edge): void {
  const span = trace.getSpan(context);
  span?.setAttribute('http.response.status_code', reply.statusCode);
  if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
}
