import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MsgHdrs } from 'nats';
import type { EventDefinition } from '@loam/contracts/define';
import { eventSchemaOf, type Envelope } from '@loam/contracts/envelope';
import type { ServiceName } from '@loam/contracts/operations';
import type { EventStore } from '@loam/event-store';
import { crashPoint } from '@loam/kernel';
import { currentTraceparent, extractTrace } from './headers';
import { isHandled, isHandledMeanwhile, markHandled } from './inbox';
import { errorsOf } from './refused';
import type { BoundEvent } from './routes';

/** No later delivery can make anything of this message. */
export class InvalidMessage extends Error {}

/** `skipped`: the slice does not handle this kind of event. `duplicate`: its effect has happened before. */
export type Outcome = 'handled' | 'duplicate' | 'skipped';

/** An event message, from the stream or from a dead letter. */
export interface EventMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

interface EventHandlingOptions {
  readonly service: ServiceName;
  /** Missing in a service that handles no events. */
  readonly store: EventStore | undefined;
  readonly routes: readonly BoundEvent[];
}

/** Lets a slice's handler have its effect of an event, once. */
export class EventHandling {
  constructor(private readonly options: EventHandlingOptions) {}

  /**
   * @throws InvalidMessage when the message breaks the event's contract
   * @throws Error whatever the handler throws
   */
  async handle(slice: string, message: EventMessage): Promise<Outcome> {
    const route = this.options.routes.find(
      ({ slice: other, definition }) => other === slice && definition.subject === message.subject,
    );
    if (route === undefined) return 'skipped';
    const parent = extractTrace(message.headers);
    const span = trace
      .getTracer('@loam/messaging')
      .startSpan(`handle ${route.definition.name} ${slice}`, { kind: SpanKind.CONSUMER }, parent);
    try {
      return await context.with(trace.setSpan(parent, span), () =>
        this.takeEffect(route, parse(route.definition, message.data)),
      );
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  private async takeEffect({ handle, slice }: BoundEvent, event: Envelope): Promise<Outcome> {
    const { store, service } = this.options;
    if (store === undefined) throw new Error('there is no event store');
    const mark = { tenant: event.tenant, consumer: slice, event: event.id };
    const surroundings = {
      tenant: event.tenant,
      actor: { type: 'service', id: service } as const,
      correlationId: event.correlationId,
      causationId: event.id,
      traceparent: currentTraceparent(),
    };
    try {
      const outcome = await store.transaction(surroundings, async (unit) => {
        if (await isHandled(unit.tx, mark)) return 'duplicate';
        await handle(event, unit);
        // After the handler, because an append must be the first write of its transaction.
        await markHandled(unit.tx, mark);
        crashPoint('consume.before-commit');
        return 'handled';
      });
      crashPoint('consume.committed');
      return outcome;
    } catch (error) {
      if (isHandledMeanwhile(error)) return 'duplicate';
      throw error;
    }
  }
}

function parse(definition: EventDefinition, data: Uint8Array): Envelope {
  const parsed = eventSchemaOf(definition).safeParse(jsonOf(data));
  if (parsed.success) return parsed.data;
  const issues = errorsOf(parsed.error).map(({ pointer, detail }) => `${pointer ?? ''}: ${detail}`);
  throw new InvalidMessage(`not a ${definition.name} of version ${definition.version}: ${issues.join('; ')}`);
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch (error) {
    throw new InvalidMessage('not JSON', { cause: error });
  }
}
