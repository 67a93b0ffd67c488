import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import type { ConsumerInfo, ConsumerMessages, JsMsg } from 'nats';
import type { ServiceName } from '@loam/contracts/operations';
import { bury } from './bury';
import { ensureConsumer, giveOut } from './durable-consumer';
import { InvalidMessage, type EventHandling } from './event-handling';
import type { OutageTest } from './failure-of';
import type { NatsLink } from './link';
import type { Log, MessagingMetrics } from './log';
import { durableOf } from './names';
import { judge, type RetryPolicy, type Tries } from './settlement';

export interface ConsumerPolicy extends RetryPolicy {
  /** After so long without a sign of life from the process that has a message in hand, another one gets it, in ms. */
  readonly ackWaitMs: number;
}

/** A slice, the service whose events it is fed with, and their subject if it is one alone. */
export interface Feed {
  readonly slice: string;
  readonly publisher: ServiceName;
  readonly subject: string | undefined;
}

export interface EventConsumerOptions extends Feed {
  readonly link: NatsLink;
  readonly service: ServiceName;
  readonly handling: EventHandling;
  readonly policy: ConsumerPolicy;
  readonly isOutage: OutageTest;
  readonly log: Log;
  readonly metrics: MessagingMetrics;
}

/** How many messages may be in hand at once. */
const BATCH = 100;
const FETCH_MS = 10_000;
const RETRY_MS = 500;
/** A message that was delivered so often and never settled takes its process down each time. */
const MOST_DELIVERIES = 30;

/**
 * Feeds one slice with the events of one publisher, in order. One process of the service does: see `EventFeeds`. A
 * failing event is retried here and now instead of being handed back, which keeps the order and lets an outage last
 * as long as it likes.
 */
export class EventConsumer {
  private readonly stopping = new AbortController();
  private messages: ConsumerMessages | undefined;
  /** Counts the connections, to tell one from the next. */
  private connection = 0;
  private running: Promise<void> = Promise.resolve();
  private readonly inHand = new Set<JsMsg>();
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
    const { link, log, policy } = this.options;
    // What was asked of the broker before it went away is forgotten there, and so may be the consumer itself.
    const ignore = link.onReconnect(() => {
      this.connection += 1;
      this.messages?.stop();
    });
    const alive = setInterval(() => {
      if (link.connected) for (const message of this.inHand) message.working();
    }, policy.ackWaitMs / 3);
    while (!this.stopped) {
      try {
        if (link.connected) await this.follow();
      } catch (error) {
        if (link.connected && !this.stopped)
          log.warn({ err: error, consumer: this.name }, 'no events can be had');
      }
      await this.pause(RETRY_MS);
    }
    clearInterval(alive);
    ignore();
  }

  /** Asks for messages for as long as the connection lasts. */
  private async follow(): Promise<void> {
    const { connection } = this;
    const { link, policy } = this.options;
    const manager = await link.jetStreamManager();
    const info = await ensureConsumer(manager, { ...this.options, ...policy, name: this.name });
    const going = (): boolean => !this.stopped && connection === this.connection;
    while (going() && !(await giveOut(manager, info, BATCH))) await this.take(info, 1, policy.ackWaitMs);
    while (going()) await this.take(info, BATCH, FETCH_MS);
  }

  /** Settles what comes, all that is there by then at once. */
  private async take(info: ConsumerInfo, most: number, expires: number): Promise<void> {
    const consumer = this.options.link.jetStream().consumers.getPullConsumerFor(info);
    this.messages = await consumer.fetch({ max_messages: most, expires: Math.max(expires, 1000) });
    if (this.stopped) this.messages.stop();
    let settling = Promise.resolve();
    let waiting: JsMsg[] = [];
    let failure: unknown;
    const settle = async (): Promise<void> => {
      // What came in the same moment is settled at once.
      await immediate();
      for (let batch = waiting; batch.length > 0; batch = waiting) {
        waiting = [];
        await this.settleAll(batch);
      }
    };
    for await (const message of this.messages) {
      this.inHand.add(message);
      if (waiting.push(message) > 1) continue;
      settling = settling.then(settle).catch((error: unknown) => {
        failure ??= error;
      });
    }
    await settling;
    if (failure !== undefined) throw new Error('events could not be settled', { cause: failure });
  }

  private async settleAll(batch: readonly JsMsg[]): Promise<void> {
    for (let at = 0; at < batch.length;) {
      const together = this.togetherFrom(batch, at);
      if (together.length === 1 || !(await this.settleTogether(together)))
        for (const message of together) await this.tryUntilSettled(message);
      for (const message of together) this.inHand.delete(message);
      at += together.length;
    }
  }

  /** The message at a place and those that can be handled with it. One that came before may be what broke a process. */
  private togetherFrom(batch: readonly JsMsg[], at: number): JsMsg[] {
    const { handling, slice } = this.options;
    const [first, ...rest] = batch.slice(at);
    if (first === undefined) return [];
    const fits = ({ subject, info }: JsMsg): boolean => subject === first.subject && info.deliveryCount === 1;
    if (!fits(first) || !handling.takesTogether(slice, first.subject)) return [first];
    const end = rest.findIndex((message) => !fits(message));
    return [first, ...rest.slice(0, end === -1 ? rest.length : end)];
  }

  /** @returns whether all of them are settled; if not, each is to be tried by itself */
  private async settleTogether(messages: readonly JsMsg[]): Promise<boolean> {
    if (this.stopped) return false;
    const { handling, slice, log } = this.options;
    const started = performance.now();
    const [first] = messages;
    try {
      const outcomes = await handling.handleTogether(slice, first?.subject ?? '', messages);
      messages.forEach((message, at) => {
        message.ack();
        this.count(message, outcomes[at] ?? 'handled', started);
      });
      return true;
    } catch (error) {
      log.warn({ err: error, consumer: this.name, events: messages.length }, 'events are tried one by one');
      return false;
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
