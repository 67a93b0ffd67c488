import { context, SpanKind, trace, type Span } from '@opentelemetry/api';
import { ErrorCode, headers as newHeaders, NatsError, type MsgHdrs } from 'nats';
import type { z } from 'zod';
import type { RequestDefinition } from '@loam/contracts/define';
import type { ServiceName } from '@loam/contracts/operations';
import type { Failure } from '@loam/contracts/problems';
import { EventWatch, type WatchedEvent } from './event-watch';
import { CAUSATION, CORRELATION, DEADLINE, IDENTITY, injectTrace } from './headers';
import type { Identity, IdentitySigner } from './identity';
import type { NatsLink } from './link';
import type { Log } from './log';
import { errorsOf, Refused } from './refused';
import { decodeReply } from './reply';

/** What came of a request. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** The value of an answer. @throws Refused with the failure, which a handler may leave to its own caller */
export function valueOf<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new Refused(answer.failure);
}

/** On whose behalf and as part of what a request is made; the bus signs the identity as its own service. */
export interface Caller {
  readonly identity: Omit<Identity, 'issuer'>;
  readonly correlationId: string;
  /** The event or request that led to this one. */
  readonly causationId?: string | null;
}

interface BusOptions {
  readonly link: NatsLink;
  readonly signer: IdentitySigner;
  readonly log: Log;
}

/** Leaves the gateway time to answer 503 within 2 s. */
const TIMEOUT_MS = 1900;
const TIMED_OUT: string = ErrorCode.Timeout;

const fail = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure,
});

const away = (service: string): Failure => ({
  code: 'unavailable',
  detail: `The service ${service} cannot be reached at the moment.`,
  retryAfterSeconds: 1,
});

/** Why no answer has come. @throws what is not an error of the connection */
function unanswered(error: unknown, service: string): Failure {
  if (!(error instanceof NatsError)) throw error;
  if (error.code !== TIMED_OUT) return away(service);
  return {
    code: 'deadline-exceeded',
    detail: `The service ${service} has not answered in time.`,
    retryAfterSeconds: 1,
  };
}

/** Asks other services, and watches what they tell. */
export class Bus {
  constructor(private readonly options: BusOptions) {}

  /**
   * Sends a request and waits for its answer. It never throws for what may happen to a request: an invalid input, a
   * service or broker that is away and a deadline that passes are failures like those that the service answers.
   */
  async request<In extends z.ZodType, Out extends z.ZodType>(
    definition: RequestDefinition<In, Out>,
    input: z.input<In>,
    caller: Caller,
    { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Answer<z.output<Out>>> {
    const span = trace
      .getTracer('@loam/messaging')
      .startSpan(`request ${definition.name}`, { kind: SpanKind.CLIENT });
    try {
      const answer = await context.with(trace.setSpan(context.active(), span), () =>
        this.ask(definition, input, caller, timeoutMs),
      );
      recordOutcome(span, answer);
      return answer;
    } finally {
      span.end();
    }
  }

  /**
   * Watches the events of a service from now on, in this process: see EventWatch. Whoever watches stops it.
   * @param onEvent is told of each event
   * @param onGap is told that anything may have happened unseen
   */
  watch(
    publisher: ServiceName,
    told: { readonly onEvent: (event: WatchedEvent) => void; readonly onGap: () => void },
  ): EventWatch {
    const { link, log } = this.options;
    const watch = new EventWatch({ ...told, link, log, publisher });
    watch.start();
    return watch;
  }

  private async ask<In extends z.ZodType, Out extends z.ZodType>(
    definition: RequestDefinition<In, Out>,
    input: z.input<In>,
    caller: Caller,
    timeoutMs: number,
  ): Promise<Answer<z.output<Out>>> {
    const parsed = definition.input.safeParse(input);
    if (!parsed.success)
      return fail({
        code: 'request-invalid',
        detail: 'The request breaks its contract.',
        errors: errorsOf(parsed.error),
      });
    const { link } = this.options;
    const [service = ''] = definition.name.split('.');
    const body = Buffer.from(JSON.stringify(parsed.data) ?? 'null');
    if (!link.connected) return fail(away(service));
    if (body.length > (link.connection.info?.max_payload ?? Infinity))
      return fail({ code: 'body-too-large', detail: `The request has ${body.length} bytes.` });
    const headers = await this.headersOf(caller, timeoutMs);
    try {
      const { data } = await link.connection.request(definition.subject, body, {
        headers,
        timeout: timeoutMs,
      });
      return this.read(definition, data);
    } catch (error) {
      return fail(unanswered(error, service));
    }
  }

  private async headersOf(
    { identity, correlationId, causationId }: Caller,
    timeoutMs: number,
  ): Promise<MsgHdrs> {
    const headers = newHeaders();
    headers.set(IDENTITY, await this.options.signer.sign(identity));
    headers.set(DEADLINE, String(Date.now() + timeoutMs));
    headers.set(CORRELATION, correlationId);
    if (causationId != null) headers.set(CAUSATION, causationId);
    injectTrace(headers);
    return headers;
  }

  private read<Out extends z.ZodType>(
    definition: RequestDefinition<z.ZodType, Out>,
    data: Uint8Array,
  ): Answer<z.output<Out>> {
    try {
      const reply = decodeReply(data);
      if ('failure' in reply) return fail(reply.failure);
      return { ok: true, value: definition.output.parse(reply.value) };
    } catch (error) {
      this.options.log.error({ err: error, request: definition.name }, 'the answer breaks its contract');
      return fail({ code: 'internal', detail: 'The answer could not be read.' });
    }
  }
}

const recordOutcome = (span: Span, answer: Answer<unknown>): void => {
  span.setAttribute('loam.outcome', answer.ok ? 'ok' : answer.failure.code);
};
