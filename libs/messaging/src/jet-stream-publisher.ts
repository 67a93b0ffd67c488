import { headers as newHeaders, type JetStreamManager } from 'nats';
import type { EventDefinition } from '@loam/contracts/define';
import { envelopeSchema } from '@loam/contracts/envelope';
import type { ServiceName } from '@loam/contracts/operations';
import type { Publisher, RecordedEvent } from '@loam/event-store';
import { isUuid } from '@loam/kernel';
import { readHeader, TRACEPARENT } from './headers';
import type { NatsLink } from './link';
import { publisherOf, streamOf, subjectsOf } from './names';
import { ensureEventStream, isMessageMissing } from './streams';

const MESSAGE_ID = 'Nats-Msg-Id';

/**
 * The id of the last event in the stream; nothing when all of them are too old to be kept, or when the last message is
 * not one of ours.
 */
async function lastEvent(manager: JetStreamManager, service: ServiceName): Promise<string | undefined> {
  try {
    const { header } = await manager.streams.getMessage(streamOf(service), {
      last_by_subj: subjectsOf(service),
    });
    const id = readHeader(header, MESSAGE_ID);
    return id !== null && isUuid(id) ? id : undefined;
  } catch (error) {
    if (isMessageMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Where a service's relay publishes to: its stream in JetStream. Each event goes out with the sequence that the stream
 * must be at, so that a publisher that was paused while another one took over is refused.
 * @param publicEvents what leaves the service; each must carry its name
 */
export function createJetStreamPublisher(
  link: NatsLink,
  service: ServiceName,
  publicEvents: readonly EventDefinition[],
): Publisher {
  const byName = new Map(publicEvents.map((definition) => [definition.name, definition]));
  const foreign = publicEvents.find((definition) => publisherOf(definition) !== service);
  if (foreign !== undefined) throw new Error(`${service} cannot publish ${foreign.name}`);
  const messageOf = (event: RecordedEvent) => {
    const definition = byName.get(event.type);
    if (definition === undefined) throw new Error(`${event.type} does not leave ${service}`);
    const headers = newHeaders();
    if (event.traceparent !== null) headers.set(TRACEPARENT, event.traceparent);
    return { subject: definition.subject, body: encode(definition, event), headers, msgID: event.id };
  };
  let sequence = 0;
  let stale = false;
  // Whether the stream may hold some of what comes next, as after a crash that came between publication and checkpoint.
  let mayRepeat = true;
  link.onReconnect(() => (stale = true));

  /**
   * Sends all at once. The broker takes one only after the one before it, and one that it knows it neither stores again
   * nor counts, so that it refuses what comes behind: what may be known goes alone.
   */
  const send = async (messages: readonly ReturnType<typeof messageOf>[]): Promise<void> => {
    const jetStream = link.jetStream();
    const sent = messages.map(({ subject, body, headers, msgID }, index) =>
      jetStream.publish(subject, body, { headers, msgID, expect: { lastSequence: sequence + index } }),
    );
    // Which of them it has is not known before all have been answered.
    const answers = await Promise.allSettled(sent);
    const missing = answers.find((answer) => answer.status === 'rejected');
    if (missing !== undefined) throw missing.reason;
    sequence += answers.filter((answer) => answer.status === 'fulfilled' && !answer.value.duplicate).length;
  };

  return {
    publishes: (type) => byName.has(type),
    isStale: () => stale,
    begin: async () => {
      stale = false;
      mayRepeat = true;
      if (byName.size === 0) return undefined;
      const manager = await link.jetStreamManager();
      const { state } = await ensureEventStream(manager, service);
      sequence = state.last_seq;
      return sequence === 0 ? null : lastEvent(manager, service);
    },
    publish: async (events) => {
      const messages = events.map(messageOf);
      try {
        if (mayRepeat) for (const message of messages) await send([message]);
        else await send(messages);
        mayRepeat = false;
      } catch (error) {
        stale = true;
        throw error;
      }
    },
  };
}

/** Strict out: exactly the envelope and the contract's data. The trace context travels in the headers. */
const encode = (definition: EventDefinition, event: RecordedEvent): Buffer =>
  Buffer.from(JSON.stringify({ ...envelopeSchema.parse(event), data: definition.schema.parse(event.data) }));
