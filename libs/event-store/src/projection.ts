import type { EventDefinition } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import type { ZodType } from 'zod';
import type { RecordedEvent } from './event-catalog';

/** How one kind of event changes the tables of a projection. */
export interface Handler {
  readonly definition: EventDefinition;
  readonly apply: (tx: Tx, event: RecordedEvent) => Promise<void>;
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
  apply: (tx, event) =>
    apply(tx, { ...event, type: definition.name, data: definition.schema.parse(event.data) }),
});

/** Applies one event to every projection that handles it. */
export async function project(
  tx: Tx,
  projections: readonly Projection[],
  event: RecordedEvent,
): Promise<void> {
  for (const projection of projections)
    for (const handler of projection.handlers)
      if (handler.definition.name === event.type) await handler.apply(tx, event);
}
