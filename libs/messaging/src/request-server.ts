import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Msg, MsgHdrs, Subscription } from 'nats';
import type { RequestDefinition } from '@loam/contracts/define';
import type { ServiceName } from '@loam/contracts/operations';
import { permits } from '@loam/contracts/scopes';
import { Call } from './call';
import { failureOf, isRejection, rejected, type OutageTest } from './failure-of';
import { Gate } from './gate';
import {
  CAUSATION,
  CORRELATION,
  currentTraceparent,
  DEADLINE,
  extractTrace,
  IDENTITY,
  readHeader,
} from './headers';
import type { Identity, IdentityVerifier } from './identity';
import type { NatsLink } from './link';
import type { Log, MessagingMetrics } from './log';
import { errorsOf, Refused } from './refused';
import { encodeReply, type Reply } from './reply';
import type { BoundRequest } from './routes';

interface RequestServerOptions {
  readonly link: NatsLink;
  readonly service: ServiceName;
  readonly verifier: IdentityVerifier;
  readonly log: Log;
  readonly metrics: MessagingMetrics;
  readonly isOutage: OutageTest;
}

const LIMITS = { running: 64, waiting: 1024, waitingBytes: 64 * 1024 * 1024 };

const BUSY: Reply = {
  failure: { code: 'unavailable', detail: 'The service has too much in hand.', retryAfterSeconds: 1 },
};

/** Answers requests: checks who asks and what, lets the handler answer, and makes a failure of whatever it throws. */
export class RequestServer {
  private readonly gate = new Gate(LIMITS);
  private readonly subscriptions: Subscription[] = [];

  constructor(private readonly options: RequestServerOptions) {}

  /** Takes requests of this kind from now on, shared with the other processes of the service. */
  serve(route: BoundRequest): void {
    const { link, service, log } = this.options;
    const { name, subject } = route.definition;
    const callback = (error: Error | null, message: Msg): void => {
      if (error !== null) log.error({ err: error, request: name }, 'the subscription failed');
      else if (!this.gate.admit(message.data.length, () => this.answer(route, message)))
        this.respond(name, message, BUSY);
    };
    this.subscriptions.push(link.connection.subscribe(subject, { queue: service, callback }));
  }

  /** Takes no more requests, and resolves when those in hand have been answered. */
  async stop(): Promise<void> {
    const draining = this.subscriptions.splice(0).map(async (subscription) => {
      if (this.options.link.connected) await subscription.drain().catch(() => undefined);
    });
    await Promise.all(draining);
    await this.gate.idle();
  }

  private async answer(route: BoundRequest, message: Msg): Promise<void> {
    const { name } = route.definition;
    const started = performance.now();
    const parent = extractTrace(message.headers);
    const span = trace
      .getTracer('@loam/messaging')
      .startSpan(`request ${name}`, { kind: SpanKind.SERVER }, parent);
    const reply = await context.with(trace.setSpan(parent, span), async () => {
      const made = await this.replyTo(route, message);
      return this.respond(name, message, made);
    });
    const outcome = 'failure' in reply ? reply.failure.code : 'ok';
    span.setAttribute('loam.outcome', outcome);
    if (outcome === 'internal') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    this.options.metrics.handled('request', name, outcome, (performance.now() - started) / 1000);
  }

  private async replyTo(route: BoundRequest, message: Msg): Promise<Reply> {
    try {
      return { value: await this.valueFor(route, message) };
    } catch (error) {
      return this.failed(route.definition.name, error);
    }
  }

  private failed(request: string, error: unknown): Reply {
    const { failure, fault } = failureOf(error, this.options.isOutage);
    if (fault) this.options.log.error({ err: error, request }, 'a request failed');
    return { failure };
  }

  private async valueFor({ definition, handle }: BoundRequest, message: Msg): Promise<unknown> {
    const deadline = deadlineOf(message.headers);
    const identity = await this.identityOf(message.headers);
    if (!permits(identity.scopes, definition.scope))
      throw new Refused({ code: 'forbidden', detail: `This needs the scope ${definition.scope}.` });
    const input = inputOf(definition, message.data);
    const aborting = new AbortController();
    const timer = setTimeout(() => {
      aborting.abort();
    }, deadline.getTime() - Date.now());
    const call = new Call({
      identity,
      deadline,
      signal: aborting.signal,
      correlationId: readHeader(message.headers, CORRELATION) ?? '',
      causationId: readHeader(message.headers, CAUSATION),
      traceparent: currentTraceparent(),
    });
    try {
      const answer = await handle(input, call);
      if (isRejection(answer)) throw rejected(definition, answer);
      return definition.output.parse(answer);
    } finally {
      clearTimeout(timer);
    }
  }

  private async identityOf(headers: MsgHdrs | undefined): Promise<Identity> {
    const token = readHeader(headers, IDENTITY);
    if (token === null)
      throw new Refused({ code: 'unauthenticated', detail: 'The request names no caller.' });
    return this.options.verifier.verify(token);
  }

  /** Sends the reply, or why it cannot be sent, and answers what was sent. */
  private respond(request: string, message: Msg, reply: Reply): Reply {
    try {
      message.respond(encodeReply(reply));
      return reply;
    } catch (error) {
      const instead = this.failed(request, error);
      // Nobody is left to tell once the connection is closed.
      if (!this.options.link.connection.isClosed()) message.respond(encodeReply(instead));
      return instead;
    }
  }
}

function deadlineOf(headers: MsgHdrs | undefined): Date {
  const at = Number(readHeader(headers, DEADLINE) ?? NaN);
  if (!Number.isSafeInteger(at))
    throw new Refused({ code: 'request-malformed', detail: `The header ${DEADLINE} is missing or no time.` });
  if (at <= Date.now())
    throw new Refused({
      code: 'deadline-exceeded',
      detail: 'The request came too late to be answered in time.',
      retryAfterSeconds: 1,
    });
  return new Date(at);
}

function inputOf(definition: RequestDefinition, data: Uint8Array): unknown {
  const parsed = definition.input.safeParse(jsonOf(data));
  if (parsed.success) return parsed.data;
  throw new Refused({
    code: 'request-invalid',
    detail: 'The request breaks its contract.',
    errors: errorsOf(parsed.error),
  });
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch (error) {
    throw new Refused({ code: 'request-malformed', detail: 'The request is not JSON.' }, error);
  }
}
