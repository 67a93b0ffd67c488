import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { ServiceName } from '@loam/contracts/operations';
import type { EventStore } from '@loam/event-store';
import { DeadLetters } from './dead-letters';
import type { ConsumerPolicy, Feed } from './event-consumer';
import { EventFeeds } from './event-feeds';
import { EventHandling } from './event-handling';
import { anyOutage, type OutageTest } from './failure-of';
import type { IdentityVerifier } from './identity';
import type { NatsLink } from './link';
import { noMetrics, type Log, type MessagingMetrics } from './log';
import { publisherOf } from './names';
import { RequestServer } from './request-server';
import { EventRoute, RequestRoute, type BoundEvent, type BoundRequest, type Handle } from './routes';

interface NatsTransportOptions {
  readonly link: NatsLink;
  readonly service: ServiceName;
  readonly verifier: IdentityVerifier;
  readonly log: Log;
  /** Where events have their effects; needed by a service that handles events. */
  readonly store?: EventStore;
  readonly metrics?: MessagingMetrics;
  /** What else means that a part is away, such as the object store. */
  readonly outages?: readonly OutageTest[];
  readonly consumer?: Partial<ConsumerPolicy>;
}

const POLICY: ConsumerPolicy = { attempts: 6, backoffMs: 200, ackWaitMs: 5000 };

/** Connects the handlers that Nest found, requests and events, with NATS. Closing it leaves the link open. */
export class NatsTransport extends Server implements CustomTransportStrategy {
  private readonly requests: BoundRequest[] = [];
  private readonly events: BoundEvent[] = [];
  private feeds: EventFeeds | undefined;
  private readonly requestServer: RequestServer;
  private readonly isOutage: OutageTest;
  private readonly metrics: MessagingMetrics;

  constructor(private readonly options: NatsTransportOptions) {
    super();
    this.isOutage = anyOutage(options.outages ?? []);
    this.metrics = options.metrics ?? noMetrics;
    this.requestServer = new RequestServer({
      ...options,
      metrics: this.metrics,
      isOutage: this.isOutage,
    });
  }

  /** Called by Nest for each handler. A second one for the same request, or event and slice, is a mistake. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    _isEvent?: boolean,
    extras: Readonly<Record<string, unknown>> = {},
  ): void {
    const name = String(pattern);
    if (this.messageHandlers.has(name)) throw new Error(`there are two handlers of ${name}`);
    this.messageHandlers.set(name, callback);
    const route = extras['route'];
    const handle = drained(callback);
    if (route instanceof RequestRoute) this.requests.push({ definition: route.definition, handle });
    else if (route instanceof EventRoute) {
      const { definition, slice, together } = route;
      this.events.push({ definition, slice, together, handle });
    } else throw new Error(`${name} is not handled by way of OnRequest or OnEvent`);
  }

  /** The events that were given up on. Asked for once all handlers are known. */
  deadLetters(): DeadLetters {
    const { link, service } = this.options;
    return new DeadLetters({ link, service, handling: this.handling() });
  }

  /** Called by Nest: takes requests and events from now on. */
  listen(callback: (error?: unknown) => void): void {
    this.begin().then(() => {
      callback();
    }, callback);
  }

  /** Takes no more requests and events, and resolves when those in hand are dealt with. */
  async close(): Promise<void> {
    await Promise.all([this.requestServer.stop(), this.feeds?.stop()]);
  }

  on(): never {
    throw new Error('the transport has no events of its own');
  }

  unwrap(): never {
    throw new Error('the connection belongs to the messaging library');
  }

  private async begin(): Promise<void> {
    for (const route of this.requests) this.requestServer.serve(route);
    // Only then the broker knows of the subscriptions.
    await this.options.link.connection.flush();
    const { store, service } = this.options;
    if (this.events.length === 0) return;
    if (store === undefined) throw new Error(`${service} handles events and has no event store`);
    this.feeds = new EventFeeds({
      ...{ ...this.options, store, feeds: feedsOf(this.events), handling: this.handling() },
      policy: { ...POLICY, ...this.options.consumer },
      ...{ isOutage: this.isOutage, metrics: this.metrics },
    });
    this.feeds.start();
  }

  private handling(): EventHandling {
    const { service, store } = this.options;
    return new EventHandling({ service, store, routes: this.events });
  }
}

/** Each slice with each publisher that it listens to. */
function feedsOf(events: readonly BoundEvent[]): Feed[] {
  const feeds = new Map<string, Feed>();
  for (const { slice, definition } of events) {
    const publisher = publisherOf(definition);
    const key = `${slice} ${publisher}`;
    feeds.set(key, { slice, publisher, subject: feeds.has(key) ? undefined : definition.subject });
  }
  return [...feeds.values()];
}

/**
 * Nest resolves with an Observable where an interceptor is at work, and one that fails only when it is subscribed to.
 * Whoever awaits the handler alone takes that for a success.
 */
const drained =
  (callback: MessageHandler): Handle =>
  async (message, surroundings) => {
    const result: unknown = await callback(message, surroundings);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  };
