import type { EventDefinition } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import type { ZodType } from 'zod';
import type { RecordedEvent } from './event-catalog';

/** How one kind of event changes the tables of a projection. */
export interface Handler {
  readonly definition: EventDefinition;
  readonly apply: (tx: Tx, event: RecordedEvent) => Promise<void>;
  /** The same for many of one tenant at once, in order, where statements for sets do it. */
  readonly applyRun?: (tx: Tx, events: readonly RecordedEvent[]) => Promise<void>;
}

/**
 * Tables that are derived from the log and from nothing else, so that they can be rebuilt and compared.
 * Handlers name tables without schema, read no clock and talk to nobody but `tx`.
 */
export interface Projection {
  readonly name: string;
  readonly tables: readonly string[];
  readonly handlers: readonly Handler[];
}

/** Pairs an event with what it does to the tables. */
export const on = <Name extends string, Schema extends ZodType>(
  definition: EventDefinition<Name, Schema>,
  apply: (tx: Tx, event: EventOf<EventDefinition<Name, Schema>>) => Promise<void>,
): Handler => ({
  definition,
  apply: (tx, event) => apply(tx, { ...event, type: definition.name, data: definition.read(event.data) }),
});

/** Pairs an event with what neighbours of that kind, of one tenant and in order, do to the tables. */
export const onRun = <Name extends string, Schema extends ZodType>(
  definition: EventDefinition<Name, Schema>,
  apply: (tx: Tx, tenant: string, events: readonly EventOf<EventDefinition<Name, Schema>>[]) => Promise<void>,
): Handler => {
  const applyRun = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
    const [first] = events;
    if (first === undefined) return;
    const parsed = events.map((event) => ({
      ...event,
      ...{ type: definition.name, data: definition.read(event.data) },
    }));
    await apply(tx, first.tenant, parsed);
  };
  return { definition, apply: (tx, event) => applyRun(tx, [event]), applyRun };
};

/** Neighbours of one kind and tenant. */
function runsOf(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const runs: RecordedEvent[][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last?.[0]?.type === event.type && last[0].tenant === event.tenant) last.push(event);
    else runs.push([event]);
  }
  return runs;
}

/** Applies events, in the order of the log, to every projection that handles them. */
export async function project(
  tx: Tx,
  projections: readonly Projection[],
  events: readonly RecordedEvent[],
): Promise<void> {
  for (const run of runsOf(events)) {
    const handlers = projections
      .flatMap((projection) => projection.handlers)
      .filter(({ definition }) => definition.name === run[0]?.type);
    if (handlers.length === 1 && handlers[0]?.applyRun !== undefined) await handlers[0].applyRun(tx, run);
    else for (const event of run) for (const handler of handlers) await handler.apply(tx, event);
  }
}
