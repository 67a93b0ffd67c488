import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy, nanos, type Consumer, type ConsumerMessages, type JsMsg } from 'nats';
import { z } from 'zod';
import type { ServiceName } from '@loam/contracts/operations';
import type { NatsLink } from './link';
import type { Log } from './log';
import { streamOf } from './names';
import { ensureEventStream } from './streams';

const watchedSchema = z.object({ type: z.string(), tenant: z.string() });
/** What a watcher is told of an event: that it happened, and to whom. */
export type WatchedEvent = z.output<typeof watchedSchema>;

interface EventWatchOptions {
  readonly link: NatsLink;
  readonly log: Log;
  readonly publisher: ServiceName;
  readonly onEvent: (event: WatchedEvent) => void;
  /** Anything may have happened since the last event: a watch began, or a message was lost or no event. */
  readonly onGap: () => void;
}

const BATCH = 1000;
const FETCH_MS = 10_000;
const RETRY_MS = 500;
/** The broker forgets the consumer of a process that has gone. */
const FORGOTTEN_AFTER_MS = 60_000;

/**
 * Sees every event of one publisher as it happens, in each process that watches, from now on and without effects that
 * would have to happen once: to forget what was remembered. `current` says whether every event so far has been seen.
 */
export class EventWatch {
  private readonly stopping = new AbortController();
  private messages: ConsumerMessages | undefined;
  /** Counts the connections, to tell one from the next. */
  private connection = 0;
  private following = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: EventWatchOptions) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.messages?.stop();
    await this.running;
  }

  /** False while the broker is away and until the watch has begun anew: then nothing tells what has happened. */
  get current(): boolean {
    return this.following && this.options.link.connected;
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    const { link, log, publisher } = this.options;
    const ignore = link.onReconnect(() => {
      this.connection += 1;
      this.following = false;
      this.messages?.stop();
    });
    while (!this.stopped) {
      try {
        if (link.connected) await this.follow();
      } catch (error) {
        if (link.connected && !this.stopped) log.warn({ err: error, publisher }, 'events cannot be watched');
      }
      this.following = false;
      await delay(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
    ignore();
  }

  private async follow(): Promise<void> {
    const { connection } = this;
    const consumer = await this.begin();
    this.options.onGap();
    this.following = true;
    let expected = 1;
    while (!this.stopped && connection === this.connection) {
      this.messages = await consumer.fetch({ max_messages: BATCH, expires: FETCH_MS });
      for await (const message of this.messages) {
        if (message.info.deliverySequence !== expected) throw new Error('a message was lost on its way');
        expected += 1;
        this.tell(message);
      }
    }
  }

  /** A consumer of this process alone, which begins with the next event and is not kept on disk. */
  private async begin(): Promise<Consumer> {
    const { link, publisher } = this.options;
    const manager = await link.jetStreamManager();
    await ensureEventStream(manager, publisher);
    const info = await manager.consumers.add(streamOf(publisher), {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.New,
      inactive_threshold: nanos(FORGOTTEN_AFTER_MS),
      mem_storage: true,
    });
    return link.jetStream().consumers.getPullConsumerFor(info);
  }

  private tell(message: JsMsg): void {
    const event = watched(message.data);
    if (event === undefined) this.options.onGap();
    else this.options.onEvent(event);
  }
}

function watched(data: Uint8Array): WatchedEvent | undefined {
  try {
    return watchedSchema.safeParse(JSON.parse(Buffer.from(data).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
