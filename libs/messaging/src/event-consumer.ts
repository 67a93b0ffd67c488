import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy, nanos, type Consumer, type ConsumerMessages, type JsMsg } from 'nats';
import type { ServiceName } from '@loam/contracts/operations';
import { bury } from './bury';
import { InvalidMessage, type EventHandling } from './event-handling';
import type { OutageTest } from './failure-of';
import type { NatsLink } from './link';
import type { Log, MessagingMetrics } from './log';
import { durableOf, streamOf } from './names';
import { judge, type RetryPolicy, type Tries } from './settlement';
import { ensureEventStream } from './streams';

export interface ConsumerPolicy extends RetryPolicy {
  /** After so long without a sign of life from the process that has a message in hand, another one gets it, in ms. */
  readonly ackWaitMs: number;
}

interface EventConsumerOptions {
  readonly link: NatsLink;
  readonly service: ServiceName;
  readonly slice: string;
  readonly publisher: ServiceName;
  readonly handling: EventHandling;
  readonly policy: ConsumerPolicy;
  readonly isOutage: OutageTest;
  readonly log: Log;
  readonly metrics: MessagingMetrics;
}

const BATCH = 100;
const FETCH_MS = 10_000;
const RETRY_MS = 500;
/** A message that was delivered so often and never settled takes its process down each time. */
const MOST_DELIVERIES = 30;

/**
 * Feeds one slice with the events of one publisher, in order: the next event, across all processes of the service,
 * comes after this one is settled. A failing event is retried here and now instead of being handed back, which keeps
 * the order and lets an outage last as long as it likes.
 */
export class EventConsumer {
  private readonly stopping = new AbortController();
  private messages: ConsumerMessages | undefined;
  /** Counts the connections, to tell one from the next. */
  private connection = 0;
  private running: Promise<void> = Promise.resolve();
  private readonly name: string;

  constructor(private readonly options: EventConsumerOptions) {
    this.name = durableOf(options.service, options.slice);
  }

  start(): void {
    this.running = this.run();
  }

  /** Takes no more messages, and resolves when the one in hand is settled or handed back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.messages?.stop();
    await this.running;
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    const { link, log } = this.options;
    // What was asked of the broker before it went away is forgotten there, and so may be the consumer itself.
    const ignore = link.onReconnect(() => {
      this.connection += 1;
      this.messages?.stop();
    });
    while (!this.stopped) {
      try {
        if (link.connected) await this.follow();
      } catch (error) {
        if (link.connected && !this.stopped)
          log.warn({ err: error, consumer: this.name }, 'no events can be had');
      }
      await this.pause(RETRY_MS);
    }
    ignore();
  }

  /** Asks for messages for as long as the connection lasts. */
  private async follow(): Promise<void> {
    const { connection } = this;
    const consumer = await this.ensure();
    while (!this.stopped && connection === this.connection) {
      this.messages = await consumer.fetch({ max_messages: BATCH, expires: FETCH_MS });
      for await (const message of this.messages) await this.settle(message);
    }
  }

  /**
   * Makes stream and consumer as far as they are missing. The consumer filters nothing: nats-server 2.9 takes one
   * filter only, and 2.9.10 delivers nothing more once it was changed; a slice skips quickly what it does not handle.
   */
  private async ensure(): Promise<Consumer> {
    const { link, publisher, policy } = this.options;
    const manager = await link.jetStreamManager();
    const stream = streamOf(publisher);
    const { state } = await ensureEventStream(manager, publisher);
    const add = () =>
      manager.consumers.add(stream, {
        durable_name: this.name,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ack_wait: nanos(policy.ackWaitMs),
        max_deliver: -1,
        max_ack_pending: 1,
      });
    let info = await add();
    if (info.delivered.stream_seq > state.last_seq) {
      // The stream has lost its end. What takes those places now would pass for delivered.
      await manager.consumers.delete(stream, this.name);
      info = await add();
    }
    return link.jetStream().consumers.getPullConsumerFor(info);
  }

  private async settle(message: JsMsg): Promise<void> {
    const alive = setInterval(() => {
      if (this.options.link.connected) message.working();
    }, this.options.policy.ackWaitMs / 3);
    try {
      await this.tryUntilSettled(message);
    } finally {
      clearInterval(alive);
    }
  }

  private async tryUntilSettled(message: JsMsg): Promise<void> {
    const { handling, slice, policy, isOutage, log } = this.options;
    let tries: Tries = { faults: 0, outages: 0 };
    while (!this.stopped) {
      const started = performance.now();
      try {
        if (message.info.deliveryCount > MOST_DELIVERIES)
          throw new InvalidMessage(`delivered ${message.info.deliveryCount} times and never settled`);
        const outcome = await handling.handle(slice, message);
        message.ack();
        this.count(message, outcome, started);
        return;
      } catch (error) {
        const verdict = judge(error, tries, policy, isOutage);
        if (verdict.settle === 'dead-letter') {
          await this.giveUp(message, error, verdict.attempts);
          return;
        }
        this.count(message, 'retried', started);
        log.warn({ err: error, consumer: this.name, ...verdict }, 'an event is tried again');
        tries = verdict.tries;
        await this.pause(verdict.afterMs * (0.75 + Math.random() / 2));
      }
    }
    message.nak();
  }

  /** Acknowledges the message only when its letter is stored: it would be lost otherwise. */
  private async giveUp(message: JsMsg, error: unknown, attempts: number): Promise<void> {
    const { link, service, slice, log } = this.options;
    log.error({ err: error, consumer: this.name, attempts }, 'an event became a dead letter');
    while (!this.stopped) {
      try {
        await bury(link, message, { service, slice, error, attempts });
        message.term();
        this.count(message, 'dead-lettered', performance.now());
        return;
      } catch (problem) {
        log.warn({ err: problem, consumer: this.name }, 'a dead letter could not be stored');
        await this.pause(RETRY_MS);
      }
    }
    message.nak();
  }

  private count(message: JsMsg, outcome: string, started: number): void {
    const seconds = (performance.now() - started) / 1000;
    this.options.metrics.handled('event', `${message.subject} ${this.options.slice}`, outcome, seconds);
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
