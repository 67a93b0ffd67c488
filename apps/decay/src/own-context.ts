import type { EventContext } from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';

/** What decay does for a tenant by itself. */
export const ownContext = (tenant: string, correlationId: string = uuidv7()): EventContext => ({
  ...{ tenant, actor: { type: 'service', id: 'decay' }, correlationId },
  ...{ causationId: null, traceparent: null },
});
