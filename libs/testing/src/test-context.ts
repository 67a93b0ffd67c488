import { randomUUID } from 'node:crypto';
import type { EventContext } from '@loam/event-store';

/** The context of an event of some tenant: a new one unless it is named. */
export const testContext = (tenant: string = randomUUID()): EventContext => ({
  tenant,
  actor: { type: 'token', id: 'test' },
  correlationId: randomUUID(),
  causationId: null,
  traceparent: null,
});
