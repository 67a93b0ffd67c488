import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import type { z } from 'zod';
import type { ServiceName } from '@loam/contracts/operations';
import type { Database } from '@loam/database';
import type { UnitOfWork } from '@loam/event-store';
import { bury } from './burial';
import { DeadLetters } from './dead-letters';
import type { JobCatalog, JobHandlers } from './define-job';
import { InHand } from './in-hand';
import { insertIntent, type Intent } from './intents';
import { jobIdOf } from './job-id';
import { JobQueue } from './job-queue';
import type { JobsLog } from './log';
import type { Payload } from './payload';
import { Reconciler } from './reconciler';
import { QueuesAway, RedisLink } from './redis-link';
import { startWorker, type JobMetrics } from './worker';

export interface JobsOptions<C extends JobCatalog> {
  readonly service: ServiceName;
  readonly catalog: C;
  readonly redisUrl: string;
  /** Where `jobTables` were made. */
  readonly database: Database;
  readonly log: JobsLog;
  readonly metrics?: JobMetrics | undefined;
  /** How often lost jobs are looked for, in ms. */
  readonly reconcileMs: number;
  /** Begins every key, so that stacks that share a Redis do not meet. */
  readonly keyPrefix?: string;
  /** How long the job of a worker that vanished is left alone, in ms. */
  readonly leaseMs?: number;
}

/** How full a queue is: jobs by state, and its dead letters. */
export interface QueueDepth {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly dead: number;
}

interface Schedule {
  readonly queue: JobQueue;
  readonly id: string;
  readonly everyMs: number;
  readonly payload: Payload;
}

/** The jobs of one service. */
export class Jobs<C extends JobCatalog> {
  /** Lists, shows, redrives and discards what was given up on. */
  readonly deadLetters: DeadLetters;
  private readonly link: RedisLink;
  private readonly queues: ReadonlyMap<keyof C, JobQueue>;
  private readonly reconciler: Reconciler;
  private readonly inHand = new InHand();
  private readonly schedules: Schedule[] = [];
  private readonly background = new Set<Promise<void>>();
  private workers: Worker[] = [];

  /** Connects in the background; Redis may be away. */
  constructor(private readonly options: JobsOptions<C>) {
    const { service, catalog, redisUrl, database, log } = options;
    this.link = new RedisLink(redisUrl, log, () => {
      this.reconciler.hurry();
    });
    this.queues = new Map(
      Object.entries(catalog).map(([key, definition]) => [
        key,
        new JobQueue(service, definition, this.link.redis, this.prefix),
      ]),
    );
    const queues = [...this.queues.values()];
    this.deadLetters = new DeadLetters(service, queues, this.link, database);
    this.reconciler = new Reconciler({
      ...{ link: this.link, database, queues, everyMs: options.reconcileMs },
      ensureSchedulers: () => this.ensureSchedulers(),
      onError: (error) => log.error({ err: error }, 'lost jobs could not be looked for'),
    });
  }

  /**
   * For the start of the process: waits until it is known whether Redis is there. That it is away is no reason to
   * fail; it is used as soon as it comes.
   * @throws RedisMayEvict when it is there and might drop jobs
   */
  async checkRedis(): Promise<void> {
    await this.link.check();
  }

  /**
   * Owes the tenant this job from the unit's commit on; the same key again changes nothing, for 30 days after the
   * job's end. Needs the database only: Redis is told after the commit, and if it is away, by the reconciler.
   * Call it after the unit's append.
   */
  async intend<K extends keyof C & string>(
    unit: UnitOfWork,
    job: K,
    key: string,
    data: z.input<C[K]['schema']>,
  ): Promise<void> {
    const queue = this.queueOf(job);
    const { tenant, correlationId, causationId, traceparent } = unit.context;
    const payload = {
      data: queue.definition.schema.parse(data),
      tenant,
      correlationId,
      causationId,
      traceparent,
    };
    const intent: Intent = { tenant, queue: queue.name, jobId: jobIdOf(queue.name, tenant, key), payload };
    const turn = await insertIntent(unit.tx, unit.context, intent);
    if (turn === undefined) return;
    unit.afterCommit(() => {
      this.inBackground(this.link.use(() => queue.add([{ ...intent, turn }])));
    });
  }

  /**
   * Runs the job every so often, without a tenant: once per tick however many processes ask, first at once. Takes
   * effect when Redis is there.
   * @param schedule.id lower-case letters, digits and hyphens
   */
  async schedule<K extends keyof C & string>(
    job: K,
    schedule: { readonly id: string; readonly everyMs: number; readonly data: z.input<C[K]['schema']> },
  ): Promise<void> {
    const { id, everyMs } = schedule;
    if (!/^[a-z][a-z0-9-]*$/.test(id)) throw new Error(`not a name for a schedule: ${id}`);
    const queue = this.queueOf(job);
    const data = queue.definition.schema.parse(schedule.data);
    const payload = { data, tenant: null, correlationId: null, causationId: null, traceparent: null };
    this.schedules.push({ queue, id, everyMs, payload });
    await this.ensureSchedulers().catch((error: unknown) => {
      if (!(error instanceof QueuesAway)) throw error;
    });
  }

  /** Begins to work on every queue, and to look for what Redis has lost. */
  work(handlers: JobHandlers<C>): void {
    this.workers = [...this.queues].map(([key, queue]) => this.workOn(key, queue, handlers));
    this.reconciler.start();
  }

  /** Rejects when Redis is away or must not be used. */
  async ping(): Promise<void> {
    await this.link.use((redis) => redis.ping());
  }

  async depth(): Promise<QueueDepth[]> {
    return this.link.use(() =>
      Promise.all(
        [...this.queues.values()].map(async (queue) => {
          const [live, dead] = await Promise.all([
            queue.live.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed'),
            queue.dead.getJobCounts('wait'),
          ]);
          const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = live;
          return {
            queue: queue.name,
            waiting: wait + prioritized,
            active,
            delayed,
            failed,
            dead: dead['wait'] ?? 0,
          };
        }),
      ),
    );
  }

  /**
   * Takes no more jobs, waits for those in hand, then interrupts them: they go back to their queue and their attempt
   * does not count.
   * @param graceMs how long to wait for jobs in hand
   */
  async close(graceMs = 10_000): Promise<void> {
    const over = (ms: number) => delay(ms, undefined, { ref: false });
    await this.reconciler.stop();
    for (const worker of this.workers) void worker.pause(true);
    await Promise.race([this.inHand.idle(), over(graceMs)]);
    this.inHand.interrupt();
    await Promise.race([this.finish(), over(2000)]);
    this.link.close();
  }

  /**
   * With Redis away the jobs in hand cannot be given back: another worker finds them when their lease is over. Their
   * connections, which would wait for Redis, are then cut.
   */
  private async finish(): Promise<void> {
    const force = !this.link.isThere;
    await Promise.allSettled(this.workers.map((worker) => worker.close(force)));
    await Promise.allSettled(this.background);
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
  }

  private get prefix(): string {
    return this.options.keyPrefix ?? 'loam';
  }

  private workOn<K extends keyof C>(key: K, queue: JobQueue, handlers: Pick<JobHandlers<C>, K>): Worker {
    const { catalog, database, metrics, log, leaseMs = 6000 } = this.options;
    const definition: C[K] = catalog[key];
    return startWorker(queue, definition, handlers[key], {
      ...{ connection: this.link.forWorkers(), prefix: this.prefix, leaseMs, database, metrics },
      inHand: this.inHand,
      onFailed: (jobId) => {
        this.inBackground(bury(this.link, database, queue, jobId));
      },
      onError: (error) => {
        if (!this.link.isOutage(error)) log.error({ err: error, queue: queue.name }, 'a worker had trouble');
      },
    });
  }

  private queueOf(job: keyof C & string): JobQueue {
    const queue = this.queues.get(job);
    if (queue === undefined) throw new Error(`no such job: ${job}`);
    return queue;
  }

  private async ensureSchedulers(): Promise<void> {
    for (const { queue, id, everyMs, payload } of this.schedules)
      await this.link.use((redis) => queue.ensureScheduler(redis, id, everyMs, payload));
  }

  /** What nobody waits for, and what the reconciler does again if it fails. */
  private inBackground(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        if (!(error instanceof QueuesAway))
          this.options.log.error({ err: error }, 'a job was not moved; it will be tried again');
      })
      .finally(() => this.background.delete(tracked));
    this.background.add(tracked);
  }
}
