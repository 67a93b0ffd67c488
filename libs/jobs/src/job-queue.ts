import { Queue, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobDefinition } from './define-job';
import { LAST_TURN } from './intents';
import { lateTurns } from './late-turns';
import type { Payload } from './payload';

/** A job that is to wait. */
interface Added {
  readonly jobId: string;
  readonly payload: unknown;
  readonly tenant: string;
  readonly turn: number;
}

/** The queue of one job and the queue of its dead letters, which nobody works on. */
export class JobQueue {
  readonly name: string;
  readonly live: Queue<unknown>;
  readonly dead: Queue<unknown>;

  constructor(
    service: string,
    readonly definition: JobDefinition,
    private readonly connection: Redis,
    prefix: string,
  ) {
    this.name = `${service}.${definition.name}`;
    // The version is checked by the workers' connections. Events are for watching live: a few are enough.
    const common = { connection, prefix, skipVersionCheck: true, streams: { events: { maxLen: 100 } } };
    this.live = new Queue<unknown>(this.name, {
      ...common,
      defaultJobOptions: {
        attempts: definition.attempts,
        backoff: { type: 'exponential', delay: definition.backoffMs, jitter: 0.5 },
        removeOnComplete: true,
        removeOnFail: false,
        stackTraceLimit: 1,
      },
    });
    this.dead = new Queue<unknown>(`${this.name}.dead`, common);
    // Errors reach whoever called; without a listener they would end the process.
    for (const queue of [this.live, this.dead]) queue.on('error', () => undefined);
  }

  /**
   * Adds jobs; one that is there already, in whatever state, is left alone. They are taken up in the order of their
   * turns, 0 before all others, so that a tenant's first job does not wait for another one's thousandth; see `lateTurns` for the last turn.
   */
  async add(jobs: readonly Added[]): Promise<void> {
    const { name } = this.definition;
    const early = jobs.filter(({ turn }) => turn < LAST_TURN);
    const late = jobs.filter(({ turn }) => turn >= LAST_TURN);
    const all = [...early, ...(await this.lateTurns(late))];
    await this.live.addBulk(
      all.map(({ jobId, payload, turn }) => ({ name, data: payload, opts: { jobId, priority: turn } })),
    );
  }

  private async lateTurns(jobs: readonly Added[]): Promise<Added[]> {
    if (jobs.length === 0) return [];
    const keys = { waiting: this.live.toKey('prioritized'), turns: this.live.toKey('turns') };
    const turns = await lateTurns(
      this.connection,
      keys,
      jobs.map(({ tenant }) => tenant),
    );
    return jobs.map((job, at) => ({ ...job, turn: turns[at] ?? job.turn }));
  }

  /** Makes the scheduler be, and its next tick; an unchanged one is left alone, so that no tick moves. */
  async ensureScheduler(redis: Redis, id: string, everyMs: number, payload: Payload): Promise<void> {
    const found = await this.live.getJobScheduler(id);
    if (
      found?.every === everyMs &&
      JSON.stringify(found.template?.data) === JSON.stringify(payload) &&
      (await redis.exists(this.live.toKey(`repeat:${id}:${String(found.next)}`))) === 1
    )
      return;
    const { name } = this.definition;
    await this.live.upsertJobScheduler(id, { every: everyMs }, { name, data: payload });
  }

  /** Which of these jobs Redis knows: waiting, active, delayed, failed or dead. */
  async known(redis: Redis, jobIds: readonly string[]): Promise<ReadonlySet<string>> {
    const pipeline = redis.pipeline();
    for (const id of jobIds) pipeline.exists(this.live.toKey(id), this.dead.toKey(id));
    const answers = (await pipeline.exec()) ?? [];
    return new Set(
      jobIds.filter((_, index) => {
        const [error, count] = answers[index] ?? [new Error('no answer')];
        if (error !== null) throw error;
        return count !== 0;
      }),
    );
  }

  async failed(most: number): Promise<Job[]> {
    return this.live.getJobs(['failed'], 0, most - 1, true);
  }

  async close(): Promise<void> {
    await Promise.all([this.live.close(), this.dead.close()]);
  }
}
