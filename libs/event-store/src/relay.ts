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
import type { PositionedEvent } from './read';

/** Where the relay publishes to; the messaging library implements it on JetStream. */
export interface Publisher {
  /** Whether the event leaves the service at all. */
  publishes(type: string): boolean;
  /** A new lead begins: learn where the stream ends, so that a publication out of turn is refused. */
  begin(): Promise<void>;
  /** Resolves once the broker has stored the event; rejects when another publisher wrote to the stream meanwhile. */
  publish(event: RecordedEvent): Promise<void>;
}

interface RelayOptions extends Omit<FollowerOptions, 'name' | 'batchSize' | 'handle'> {
  readonly publisher: Publisher;
}

/**
 * The log as outbox: publishes committed events in order, at least once, by one publisher per service. A crash
 * between publication and checkpoint publishes again; consumers recognise the id.
 */
export function relay(options: RelayOptions): Follower {
  const { publisher, database } = options;
  let begun = '';

  const save = async (lead: Lead, { at }: PositionedEvent): Promise<void> => {
    const moved = await database.system((tx) =>
      // An UPDATE … RETURNING comes back as [rows, count].
      tx.query<[unknown[], number]>(CHECKPOINT, checkpointParameters(lead, at)),
    );
    if (moved[1] !== 1) throw new Fenced(`another process leads ${lead.name} now`);
  };

  return new Follower({
    ...options,
    name: 'relay',
    batchSize: 200,
    handle: async (batch, lead) => {
      if (begun !== lead.epoch) await publisher.begin();
      // Only a batch that went through wholly proves that nobody else publishes.
      begun = '';
      for (const { event } of batch) {
        if (publisher.publishes(event.type)) await publisher.publish(event);
        crashPoint('relay.published');
      }
      const last = batch.at(-1);
      if (last !== undefined) await save(lead, last);
      crashPoint('relay.checkpointed');
      begun = lead.epoch;
    },
  });
}
