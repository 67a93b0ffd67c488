import { randomUUID } from 'node:crypto';
import type { Envelope } from '@loam/contracts/envelope';
import type { EventContext } from '@loam/event-store';
import type { Occurrence } from '@loam/messaging';

/** The context of an event of some tenant: a new one unless it is named. */
export const testContext = (tenant: string = randomUUID()): EventContext => ({
  tenant,
  actor: { type: 'token', id: 'test' },
  correlationId: randomUUID(),
  causationId: null,
  traceparent: null,
});

/** An event as a handler of several gets it. */
export const testOccurrence = <Event extends Pick<Envelope, 'id' | 'correlationId'>>(
  event: Event,
): Occurrence<Event> => ({
  event,
  cause: { correlationId: event.correlationId, causationId: event.id, traceparent: null },
});
