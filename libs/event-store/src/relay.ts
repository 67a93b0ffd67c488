import { crashPoint } from '@loam/kernel';
import {
  Fenced,
  Follower,
  CHECKPOINT,
  checkpointParameters,
  type FollowerOptions,
  type Lead,
} from './follower';
import type { RecordedEvent } from './event-catalog';
import { start, type Position } from './position';
import { positionBefore } from './read';

/** Where the relay publishes to; the messaging library implements it on JetStream. */
export interface Publisher {
  /** Whether the event leaves the service at all. */
  publishes(type: string): boolean;
  /**
   * A new lead begins, or a broker came back: learn where the stream ends, so that a publication out of turn is
   * refused.
   * @returns the id of the last event that the stream holds; `null` when it never held one, and so must be filled from
   *   the first event on; `undefined` when it cannot tell, which leaves the checkpoint to say where to go on
   */
  begin(): Promise<string | null | undefined>;
  /** Whether the broker was away since `begin`, and may have lost what it had. */
  isStale(): boolean;
  /**
   * Resolves once the broker has stored the events, in their order; rejects when another publisher wrote to the stream
   * meanwhile. Before it rejects, it may have stored the first of them.
   */
  publish(events: readonly RecordedEvent[]): Promise<void>;
}

interface RelayOptions extends Omit<FollowerOptions, 'name' | 'batchSize' | 'handle'> {
  readonly publisher: Publisher;
}

/**
 * The log as outbox: publishes committed events in order, at least once, by one publisher per service. A crash
 * between publication and checkpoint publishes again, and so does a broker that lost what it had acknowledged; it is
 * given everything after the last event that it still holds. Consumers recognise the id.
 */
export function relay(options: RelayOptions): Follower {
  const { publisher } = options;
  let begun = '';

  const save = async (lead: Lead, at: Position): Promise<void> => {
    // An UPDATE … RETURNING comes back as [rows, count].
    const moved = await lead.tx.query<[unknown[], number]>(CHECKPOINT, checkpointParameters(lead, at));
    if (moved[1] !== 1) throw new Fenced(`another process leads ${lead.name} now`);
  };

  return new Follower({
    ...options,
    name: 'relay',
    batchSize: 200,
    resume: async (at, lead) => {
      if (begun === lead.epoch && !publisher.isStale()) return at;
      const last = await publisher.begin();
      begun = lead.epoch;
      if (last === undefined) return at;
      const held = last === null ? start : await positionBefore(lead.tx, at, last);
      if (held === undefined) return at;
      // Before anything is published: the stream would no longer look as if it had lost something.
      await save(lead, held);
      return held;
    },
    handle: async (batch, lead) => {
      const events = batch.map(({ event }) => event).filter(({ type }) => publisher.publishes(type));
      if (events.length > 0) await publisher.publish(events);
      crashPoint('relay.published');
      const last = batch.at(-1);
      if (last !== undefined) await save(lead, last.at);
      crashPoint('relay.checkpointed');
    },
  });
}
