import { once } from 'node:events';
import { Leader, type EventStore } from '@loam/event-store';
import { EventConsumer, type EventConsumerOptions, type Feed } from './event-consumer';

interface EventFeedsOptions extends Omit<EventConsumerOptions, keyof Feed> {
  readonly store: EventStore;
  readonly feeds: readonly Feed[];
}

const POLL_MS = 1000;

/**
 * Feeds a service's slices with events, in one of its processes at a time: two that took turns could not keep the
 * order of what each has in hand.
 */
export class EventFeeds {
  private readonly leader: Leader;

  constructor(private readonly options: EventFeedsOptions) {
    const { database } = options.store;
    this.leader = new Leader({
      ...{ database, pollMs: POLL_MS, name: `consume ${database.options.schema}` },
      work: async ({ signal, progress }) => {
        progress();
        await this.consume(signal);
      },
      onError: (error) => options.log.warn({ err: error }, 'events wait'),
    });
  }

  start(): void {
    this.leader.start();
  }

  /** Resolves when what was in hand is settled or handed back. */
  async stop(): Promise<void> {
    await this.leader.stop();
  }

  private async consume(signal: AbortSignal): Promise<void> {
    const consumers = this.options.feeds.map((feed) => new EventConsumer({ ...this.options, ...feed }));
    for (const consumer of consumers) consumer.start();
    if (!signal.aborted) await once(signal, 'abort');
    await Promise.all(consumers.map((consumer) => consumer.stop()));
  }
}
