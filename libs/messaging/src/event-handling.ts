import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MsgHdrs } from 'nats';
import type { EventDefinition } from '@loam/contracts/define';
import { eventSchemaOf, type Envelope } from '@loam/contracts/envelope';
import type { ServiceName } from '@loam/contracts/operations';
import type { Cause, EventStore } from '@loam/event-store';
import { crashPoint } from '@loam/kernel';
import { currentTraceparent, extractTrace, readHeader, TRACEPARENT } from './headers';
import { handledBefore, isHandledMeanwhile, markHandled } from './inbox';
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

/** An event among others, and the cause to name for what comes of it. */
export interface Occurrence<Event> {
  readonly event: Event;
  readonly cause: Cause;
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

  /** Whether messages of the subject may be handled together. */
  takesTogether(slice: string, subject: string): boolean {
    return this.routeOf(slice, subject)?.together === true;
  }

  /**
   * @throws InvalidMessage when the message breaks the event's contract
   * @throws Error whatever the handler throws
   */
  async handle(slice: string, message: EventMessage): Promise<Outcome> {
    const [outcome = 'skipped'] = await this.handleTogether(slice, message.subject, [message]);
    return outcome;
  }

  /**
   * As `handle`, of messages of one subject whose slice takes several. Before it rejects, some may have had their
   * effect: handled again, those are duplicates.
   * @returns what became of each
   */
  async handleTogether(
    slice: string,
    subject: string,
    messages: readonly EventMessage[],
  ): Promise<Outcome[]> {
    const route = this.routeOf(slice, subject);
    if (route === undefined) return messages.map(() => 'skipped');
    const parent = extractTrace(messages[0]?.headers);
    const span = trace
      .getTracer('@loam/messaging')
      .startSpan(`handle ${route.definition.name} ${slice}`, { kind: SpanKind.CONSUMER }, parent);
    const events = () => messages.map((message) => occurrence(route.definition, message));
    try {
      return await context.with(trace.setSpan(parent, span), async () => {
        const outcomes: Outcome[] = [];
        for (const run of runsOf(events())) outcomes.push(...(await this.takeEffect(route, run)));
        return outcomes;
      });
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  private routeOf(slice: string, subject: string): BoundEvent | undefined {
    return this.options.routes.find(
      ({ slice: other, definition }) => other === slice && definition.subject === subject,
    );
  }

  /** One transaction for events of one tenant; a single one is what everything in the transaction comes from. */
  private async takeEffect(
    { handle, slice, together }: BoundEvent,
    run: readonly Occurrence<Envelope>[],
  ): Promise<Outcome[]> {
    const { store, service } = this.options;
    const [first] = run;
    if (store === undefined || first === undefined) throw new Error('there is no event store');
    const { tenant } = first.event;
    const cause = { ...first.cause, traceparent: currentTraceparent() };
    const surroundings = { tenant, actor: { type: 'service', id: service } as const, ...cause };
    try {
      const outcomes = await store.transaction(surroundings, async (unit) => {
        const marks = { tenant, consumer: slice };
        const before = await handledBefore(unit.tx, { ...marks, events: run.map(({ event }) => event.id) });
        const fresh = run.filter(({ event }) => !before.has(event.id));
        const [one] = fresh;
        if (one === undefined) return run.map((): Outcome => 'duplicate');
        await handle(together ? fresh : one.event, unit);
        // After the handler, because an append must be the first write of its transaction.
        await markHandled(unit.tx, { ...marks, events: fresh.map(({ event }) => event.id) });
        crashPoint('consume.before-commit');
        return run.map(({ event }): Outcome => (before.has(event.id) ? 'duplicate' : 'handled'));
      });
      crashPoint('consume.committed');
      return outcomes;
    } catch (error) {
      if (run.length === 1 && isHandledMeanwhile(error)) return ['duplicate'];
      throw error;
    }
  }
}

/** Neighbours of one tenant, each of another stream, so that what comes of one does not depend on another. */
function runsOf(all: readonly Occurrence<Envelope>[]): Occurrence<Envelope>[][] {
  const runs: Occurrence<Envelope>[][] = [];
  let streams = new Set<string>();
  for (const one of all) {
    const run = runs.at(-1);
    const { tenant, stream } = one.event;
    if (run === undefined || run[0]?.event.tenant !== tenant || streams.has(stream)) {
      runs.push([one]);
      streams = new Set([stream]);
    } else {
      run.push(one);
      streams.add(stream);
    }
  }
  return runs;
}

function occurrence(definition: EventDefinition, { data, headers }: EventMessage): Occurrence<Envelope> {
  const event = parse(definition, data);
  const { correlationId, id: causationId } = event;
  return { event, cause: { correlationId, causationId, traceparent: readHeader(headers, TRACEPARENT) } };
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
