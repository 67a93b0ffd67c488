import { setTimeout as delay } from 'node:timers/promises';
import { connect, Events, type JetStreamClient, type JetStreamManager, type NatsConnection } from 'nats';
import type { Log } from './log';

const DRAIN_MS = 5000;
const PING_MS = 1000;

/** A connection to NATS that comes back by itself. Only this library looks inside. */
export class NatsLink {
  private up = true;
  private readonly onReconnects = new Set<() => void>();

  constructor(
    readonly connection: NatsConnection,
    private readonly log: Log,
  ) {
    void this.watch();
  }

  /** Whether the broker can be reached at the moment. */
  get connected(): boolean {
    return this.up && !this.connection.isClosed();
  }

  /** Calls back each time the connection has come back; the answer ends that. */
  onReconnect(callback: () => void): () => void {
    this.onReconnects.add(callback);
    return () => {
      this.onReconnects.delete(callback);
    };
  }

  /** @throws Error at once while the broker is away, instead of after a time-out */
  jetStream(): JetStreamClient {
    this.assertConnected();
    return this.connection.jetstream();
  }

  /** @throws Error at once while the broker is away, instead of after a time-out */
  async jetStreamManager(): Promise<JetStreamManager> {
    this.assertConnected();
    return this.connection.jetstreamManager({ checkAPI: false });
  }

  /** Rejects when the broker does not answer within a second. */
  async ping(): Promise<void> {
    this.assertConnected();
    const waiting = new AbortController();
    const silence = delay(PING_MS, undefined, { signal: waiting.signal }).then(() => {
      throw new Error('NATS does not answer');
    });
    await Promise.race([this.connection.flush(), silence]).finally(() => {
      waiting.abort();
      silence.catch(() => undefined);
    });
  }

  /** Sends what is still to be sent, as far as the broker is there, and closes. */
  async drain(): Promise<void> {
    if (this.connection.isClosed()) return;
    const drained = this.connected ? this.connection.drain().catch(() => undefined) : Promise.resolve();
    await Promise.race([drained, delay(DRAIN_MS, undefined, { ref: false })]);
    await this.connection.close();
  }

  private assertConnected(): void {
    if (!this.connected) throw new Error('not connected to NATS');
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === Events.Disconnect) {
        this.up = false;
        this.log.warn({}, 'the connection to NATS is lost');
      } else if (status.type === Events.Reconnect) {
        this.up = true;
        this.log.info({}, 'the connection to NATS is back');
        for (const callback of this.onReconnects) callback();
      } else if (status.type === Events.Error) {
        this.log.error({ problem: status.data }, 'NATS reports an error');
      }
    }
  }
}

interface ConnectOptions {
  /** URLs, with credentials where the broker wants some. */
  readonly servers: string | string[];
  /** Shown by the broker's monitoring. */
  readonly name: string;
  readonly log: Log;
}

/** Connects to NATS; rejects when it cannot be reached now. Once connected, it reconnects for ever. */
export async function connectNats({ servers, name, log }: ConnectOptions): Promise<NatsLink> {
  const connection = await connect({
    servers,
    name,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: false,
    reconnectTimeWait: 200,
    reconnectJitter: 200,
    // A connection that is dead without a word is noticed after two of these.
    pingInterval: 5000,
  });
  return new NatsLink(connection, log);
}
