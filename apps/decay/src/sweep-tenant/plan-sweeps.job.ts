import type { EventStore } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import type { decayJobs } from '../decay.jobs';
import { ownContext } from '../own-context';
import { tenantsOf } from '../tenants.queries';

interface Parts {
  readonly store: EventStore;
  readonly jobs: Pick<Jobs<typeof decayJobs>, 'intend'>;
}

/** Owes every tenant the sweep of this span of time; the name of the span makes it one, however often it is planned. */
export async function planSweeps({ store, jobs }: Parts, now: Date, everyMs: number): Promise<void> {
  const id = new Date(Math.floor(now.getTime() / everyMs) * everyMs).toISOString();
  for (const tenant of await tenantsOf(store))
    await store.transaction(ownContext(tenant, id), (unit) => jobs.intend(unit, 'sweepTenant', id, { id }));
}
