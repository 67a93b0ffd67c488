import type { Tx } from '@loam/database';
import {
  CHECKPOINT,
  checkpointParameters,
  Fenced,
  Follower,
  type FollowerOptions,
  type Lead,
} from './follower';
import { project, type Projection } from './projection';
import { byTenant, type PositionedEvent } from './read';

async function apply(
  tx: Tx,
  projection: Projection,
  run: readonly PositionedEvent[],
  lead: Lead,
): Promise<void> {
  const events = run.map(({ event }) => event);
  await project(tx, [projection], events);
  const last = run.at(-1);
  if (last === undefined) return;
  const moved = await tx.query<[unknown[], number]>(CHECKPOINT, checkpointParameters(lead, last.at));
  if (moved[1] !== 1) throw new Fenced(`another process leads ${lead.name} now`);
}

/**
 * Keeps a projection up to date behind the log; its rows and its checkpoint change in the same transaction.
 * @public
 */
export function followProjection(
  projection: Projection,
  options: Omit<FollowerOptions, 'name' | 'batchSize' | 'handle'>,
): Follower {
  return new Follower({
    ...options,
    name: projection.name,
    batchSize: 200,
    handle: async (batch, lead) => {
      for (const run of byTenant(batch)) {
        const [first] = run;
        if (first !== undefined)
          await options.database.tenant(first.event.tenant, (tx) => apply(tx, projection, run, lead));
      }
    },
  });
}
