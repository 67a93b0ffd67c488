import { CHECKPOINT, checkpointParameters, Fenced, Follower, type FollowerOptions } from './follower';
import type { RecordedEvent } from './event-catalog';
import type { EventStore, UnitOfWork } from './event-store';
import { byTenant } from './read';

interface ReactionOptions extends Pick<FollowerOptions, 'name' | 'pollMs' | 'gatherMs' | 'onError'> {
  readonly store: EventStore;
  /**
   * Is told of every event of the log in order, in runs of one tenant, in the transaction that also notes how far
   * the follower is: what it writes there, such as an intent, happens once. The unit's context is that of the last
   * event of the run.
   */
  readonly react: (unit: UnitOfWork, events: readonly RecordedEvent[]) => Promise<void>;
}

/** Follows a service's own log for what it owes in consequence; one process at a time does. */
export function followLog({ store, react, ...options }: ReactionOptions): Follower {
  return new Follower({
    ...{ ...options, database: store.database, catalog: store.catalog, batchSize: 200 },
    handle: async (batch, lead) => {
      for (const run of byTenant(batch)) {
        const last = run.at(-1);
        if (last === undefined) continue;
        const { tenant, actor, correlationId, id: causationId, traceparent } = last.event;
        await store.transaction({ tenant, actor, correlationId, causationId, traceparent }, async (unit) => {
          await react(
            unit,
            run.map(({ event }) => event),
          );
          const moved = await unit.tx.query<[unknown[], number]>(
            CHECKPOINT,
            checkpointParameters(lead, last.at),
          );
          if (moved[1] !== 1) throw new Fenced(`another process leads ${lead.name} now`);
        });
      }
    },
  });
}
