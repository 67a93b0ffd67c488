import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { Redis, type RedisOptions } from 'ioredis';
import type { JobsLog } from './log';

/** Redis cannot be asked right now; the same may succeed a moment later. */
export class QueuesAway extends Error {
  constructor(cause?: unknown) {
    super('the job queues cannot be reached', { cause });
  }
}

/** This Redis may throw away queues when its memory is full, so it must not hold any. */
export class RedisMayEvict extends Error {
  constructor(policy: string) {
    super(
      `Redis has maxmemory-policy ${policy}, under which it drops jobs when memory is short. ` +
        'Set maxmemory-policy to noeviction, or use another Redis.',
    );
  }
}

const COMMAND_TIMEOUT_MS = 2000;

const common: RedisOptions = {
  connectTimeout: 2000,
  keepAlive: 30_000,
  retryStrategy: (times) => Math.min(times * 100, 2000),
};

/** The connections to Redis, and whether it is there. An outage is logged at its beginning and at its end. */
export class RedisLink {
  /** For everything but work: fails at once when Redis is away, and soon when it does not answer. */
  readonly redis: Redis;
  private workers: Redis | undefined;
  private away = false;
  private closing = false;
  private refusal: RedisMayEvict | undefined;
  private readonly contact: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly log: JobsLog,
    onReturn: () => void,
  ) {
    this.redis = new Redis(url, {
      ...common,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
    });
    this.contact = new Promise((resolve) => {
      const lost = (error?: Error): void => {
        this.lost(error);
        resolve();
      };
      this.redis.on('error', lost);
      this.redis.on('close', lost);
      this.redis.on('ready', () => {
        void this.found(onReturn).then(resolve);
      });
    });
  }

  /** Waits for the first answer of Redis, or for its absence. @throws RedisMayEvict */
  async check(): Promise<void> {
    await Promise.race([this.contact, delay(2 * COMMAND_TIMEOUT_MS, undefined, { ref: false })]);
    if (this.refusal !== undefined) throw this.refusal;
  }

  /** Runs `work` on the connection. @throws QueuesAway, RedisMayEvict */
  async use<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    if (this.refusal !== undefined) throw this.refusal;
    if (!this.isThere) throw new QueuesAway();
    try {
      return await work(this.redis);
    } catch (error) {
      if (this.isOutage(error)) throw new QueuesAway(error);
      throw error;
    }
  }

  /** The connection that all workers share for what does not block; it waits for Redis as long as it takes. */
  forWorkers(): Redis {
    if (this.workers === undefined) {
      this.workers = new Redis(this.url, { ...common, maxRetriesPerRequest: null });
      // The other connection tells of the outage.
      this.workers.on('error', () => undefined);
    }
    return this.workers;
  }

  get isThere(): boolean {
    return this.redis.status === 'ready';
  }

  isOutage(error: unknown): boolean {
    if (!this.isThere) return true;
    return (
      isNativeError(error) &&
      /Command timed out|Stream isn't writeable|Connection is closed|ECONN|EPIPE|ended by the other party|max retries per request/.test(
        error.message,
      )
    );
  }

  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.workers?.disconnect();
    this.redis.disconnect();
  }

  private lost(error?: Error): void {
    if (this.away || this.closing) return;
    this.away = true;
    this.log.warn({ err: error }, 'Redis is away; new jobs wait in the database');
  }

  private async found(onReturn: () => void): Promise<void> {
    try {
      const info = await this.redis.info('memory');
      const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
      this.refusal = policy === 'noeviction' ? undefined : new RedisMayEvict(policy);
    } catch {
      // Gone again before it answered; `lost` has been or will be told.
      return;
    }
    if (this.refusal !== undefined) this.log.error({ err: this.refusal }, 'Redis must not be used for jobs');
    if (!this.away) return;
    this.away = false;
    this.log.info({}, 'Redis is back');
    onReturn();
  }
}
