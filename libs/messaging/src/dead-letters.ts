import {
  AckPolicy,
  DeliverPolicy,
  nanos,
  type JetStreamManager,
  type JsMsg,
  type MsgHdrs,
  type StoredMsg,
} from 'nats';
import type { DeadLetter, DeadLetterDetail, ServiceName } from '@loam/contracts/operations';
import type { EventHandling } from './event-handling';
import {
  ATTEMPTS,
  FAILED_AT,
  ORIGIN_SUBJECT,
  readHeader,
  REASON,
  STACK,
  TENANT,
  TRACEPARENT,
} from './headers';
import type { NatsLink } from './link';
import { DEAD_LETTERS, deadLetterSubject } from './names';
import { Refused } from './refused';
import { ensureDeadLetterStream, isMessageMissing, isStreamMissing } from './streams';

interface DeadLettersOptions {
  readonly link: NatsLink;
  readonly service: ServiceName;
  readonly handling: EventHandling;
}

/** The events that this service has given up on. */
export class DeadLetters {
  constructor(private readonly options: DeadLettersOptions) {}

  /** Newest first. */
  async list(limit: number): Promise<DeadLetter[]> {
    const manager = await this.options.link.jetStreamManager();
    const { state } = await ensureDeadLetterStream(manager);
    const first = Math.max(state.first_seq, 1);
    // Letters of all services lie in one stream; it is read from as far back as this service's last ones need.
    for (let reach = limit; ; reach *= 4) {
      const from = Math.max(state.last_seq - reach + 1, first);
      const letters = await this.readFrom(manager, from, from === first ? 0 : limit);
      if (letters !== undefined) return letters.slice(-limit).reverse();
    }
  }

  /** One letter, with its payload (parsed where it is JSON) and the stack of the last failure. */
  async show(id: string): Promise<DeadLetterDetail | undefined> {
    const letter = await this.find(id);
    if (letter === undefined) return undefined;
    const { seq, subject, header, data } = letter;
    return {
      ...this.describe(seq, subject, header),
      stack: textOf(header, STACK),
      payload: payloadOf(data),
    };
  }

  /**
   * Runs the slice's handler on it once more. The inbox keeps the effect single, however often this is asked.
   * @returns whether there was such a letter
   * @throws Refused `redrive-failed` when the handler failed again; the letter stays
   */
  async redrive(id: string): Promise<boolean> {
    const letter = await this.find(id);
    if (letter === undefined) return false;
    const { subject, header, data, seq } = letter;
    const slice = sliceOf(subject);
    const origin = readHeader(header, ORIGIN_SUBJECT) ?? '';
    const outcome = await this.options.handling
      .handle(slice, { subject: origin, data, headers: header })
      .catch((error: unknown) => {
        throw redriveFailed(error instanceof Error ? error.message : String(error), error);
      });
    if (outcome === 'skipped') throw redriveFailed(`There is no slice ${slice} that handles ${origin}.`);
    await this.remove(id, seq);
    return true;
  }

  /** Forgets it. @returns whether there was such a letter */
  async discard(id: string): Promise<boolean> {
    const letter = await this.find(id);
    return letter !== undefined && this.remove(id, letter.seq);
  }

  private async find(id: string): Promise<StoredMsg | undefined> {
    const sequence = /^event-([1-9][0-9]{0,14})$/.exec(id)?.[1];
    if (sequence === undefined) return undefined;
    const manager = await this.options.link.jetStreamManager();
    try {
      const letter = await manager.streams.getMessage(DEAD_LETTERS, { seq: Number(sequence) });
      return letter.subject.startsWith(deadLetterSubject(this.options.service, '')) ? letter : undefined;
    } catch (error) {
      if (isMessageMissing(error) || isStreamMissing(error)) return undefined;
      throw error;
    }
  }

  private async remove(id: string, sequence: number): Promise<boolean> {
    const manager = await this.options.link.jetStreamManager();
    try {
      return await manager.streams.deleteMessage(DEAD_LETTERS, sequence);
    } catch (error) {
      if ((await this.find(id)) === undefined) return false;
      throw error;
    }
  }

  /** The service's letters from a sequence on, without their bodies; nothing when there are fewer than `least`. */
  private async readFrom(
    manager: JetStreamManager,
    from: number,
    least: number,
  ): Promise<DeadLetter[] | undefined> {
    const { link, service } = this.options;
    const info = await manager.consumers.add(DEAD_LETTERS, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
      filter_subject: deadLetterSubject(service, '*'),
      headers_only: true,
      mem_storage: true,
      inactive_threshold: nanos(10_000),
    });
    try {
      if (info.num_pending < least) return undefined;
      if (info.num_pending === 0) return [];
      const consumer = link.jetStream().consumers.getPullConsumerFor(info);
      const letters: DeadLetter[] = [];
      for await (const message of await consumer.fetch({ max_messages: info.num_pending, expires: 1500 }))
        letters.push(this.describeMessage(message));
      return letters;
    } finally {
      await manager.consumers.delete(DEAD_LETTERS, info.name);
    }
  }

  private describeMessage({ seq, subject, headers }: JsMsg): DeadLetter {
    return this.describe(seq, subject, headers);
  }

  private describe(sequence: number, subject: string, headers: MsgHdrs | undefined): DeadLetter {
    return {
      service: this.options.service,
      id: `event-${sequence}`,
      source: 'event',
      name: sliceOf(subject),
      reason: textOf(headers, REASON) ?? '',
      attempts: Number(readHeader(headers, ATTEMPTS) ?? 0),
      failedAt: readHeader(headers, FAILED_AT) ?? new Date(0).toISOString(),
      tenant: readHeader(headers, TENANT),
      traceId: readHeader(headers, TRACEPARENT)?.split('-')[1] ?? null,
    };
  }
}

const redriveFailed = (detail: string, cause?: unknown): Refused =>
  new Refused({ code: 'redrive-failed', detail }, cause);

const sliceOf = (subject: string): string => subject.split('.')[2] ?? '';

function textOf(headers: MsgHdrs | undefined, key: string): string | null {
  const value = readHeader(headers, key);
  return value === null ? null : String(JSON.parse(value));
}

function payloadOf(data: Uint8Array): unknown {
  const text = Buffer.from(data).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
