import { AckPolicy, DeliverPolicy, nanos, type ConsumerConfig, type ConsumerInfo } from 'nats';
import type { JetStreamManager } from 'nats';
import type { ServiceName } from '@loam/contracts/operations';
import { streamOf } from './names';
import { ensureEventStream, isConsumerMissing } from './streams';

interface Wanted {
  readonly name: string;
  readonly publisher: ServiceName;
  /** The one subject that the slice wants; nothing where it wants several, of which nats-server 2.9 filters none. */
  readonly subject: string | undefined;
  readonly ackWaitMs: number;
}

const infoOf = async (
  manager: JetStreamManager,
  stream: string,
  name: string,
): Promise<ConsumerInfo | undefined> => {
  try {
    return await manager.consumers.info(stream, name);
  } catch (error) {
    if (isConsumerMissing(error)) return undefined;
    throw error;
  }
};

/**
 * Makes stream and consumer as far as they are missing. At first the consumer gives out one event at a time, and none
 * but those that somebody had in hand before: see `giveOut`.
 */
export async function ensureConsumer(manager: JetStreamManager, wanted: Wanted): Promise<ConsumerInfo> {
  const { name, publisher, subject, ackWaitMs } = wanted;
  const stream = streamOf(publisher);
  const { state } = await ensureEventStream(manager, publisher);
  const add = (from: Partial<ConsumerConfig>): Promise<ConsumerInfo> =>
    manager.consumers.add(stream, {
      ...from,
      ...{ durable_name: name, ack_policy: AckPolicy.Explicit, ack_wait: nanos(ackWaitMs), max_deliver: -1 },
      ...{ max_ack_pending: 1, ...(subject !== undefined && { filter_subject: subject }) },
    });
  const fromTheFirst = { deliver_policy: DeliverPolicy.All };
  const found = await infoOf(manager, stream, name);
  if (found === undefined) return add(fromTheFirst);
  const { deliver_policy, opt_start_seq, filter_subject } = found.config;
  const start = { deliver_policy, ...(opt_start_seq !== undefined && { opt_start_seq }) };
  // The stream may have lost its end. What takes those places now would pass for delivered.
  const ahead = found.delivered.stream_seq > state.last_seq;
  // nats-server 2.9.10 delivers nothing more where the filter of a consumer was changed.
  if (!ahead && (filter_subject ?? undefined) === subject) return add(start);
  await manager.consumers.delete(stream, name);
  return add(
    ahead
      ? fromTheFirst
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: found.ack_floor.stream_seq + 1 },
  );
}

/**
 * Lets a consumer give out so many events at once, if nobody has any in hand: one that was in hand when its process
 * died comes before all later ones, and one at a time.
 * @returns whether it does
 */
export async function giveOut(
  manager: JetStreamManager,
  { name, stream_name: stream }: ConsumerInfo,
  most: number,
): Promise<boolean> {
  const { num_ack_pending, config } = await manager.consumers.info(stream, name);
  if (num_ack_pending > 0) return false;
  await manager.consumers.update(stream, name, { ...config, max_ack_pending: most });
  return true;
}
