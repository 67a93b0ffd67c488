import type { DeadLetterDetail, DeadLetter, ServiceName } from '@loam/contracts/operations';
import type { Database, Tx } from '@loam/database';
import { alone, removeFailed } from './burial';
import { completeIntent } from './intents';
import { deadIdIn, letterIdOf } from './job-id';
import type { JobQueue } from './job-queue';
import { deadPayloadSchema, payloadSchema, type DeadPayload } from './payload';
import type { RedisLink } from './redis-link';

interface Found {
  readonly queue: JobQueue;
  readonly deadId: string;
  readonly letter: DeadPayload;
}

/** What an operator does with the jobs that were given up on. Every call may reject with `QueuesAway`. */
export class DeadLetters {
  constructor(
    private readonly service: ServiceName,
    private readonly queues: readonly JobQueue[],
    private readonly link: RedisLink,
    private readonly database: Database,
  ) {}

  /** The newest first, at most so many. */
  async list(limit: number): Promise<DeadLetter[]> {
    const letters = await this.link.use(() =>
      Promise.all(
        this.queues.map(async (queue) => {
          const jobs = await queue.dead.getJobs(['wait'], 0, limit - 1, false);
          return jobs.map((job) => this.describe(queue, job.id ?? '', deadPayloadSchema.parse(job.data)));
        }),
      ),
    );
    return letters
      .flat()
      .map(({ stack, payload, ...letter }) => letter)
      .sort((a, b) => b.failedAt.localeCompare(a.failedAt))
      .slice(0, limit);
  }

  /** One with payload and stack; `undefined` if there is none of that id. */
  async show(id: string): Promise<DeadLetterDetail | undefined> {
    const found = await this.find(id);
    return found && this.describe(found.queue, found.deadId, found.letter);
  }

  /**
   * Puts the job back with all its attempts. The letter goes first, so that asking twice makes one job; should the
   * process end in between, the intent is still unfinished and the reconciler puts the job back.
   * @returns whether there was such a letter
   */
  redrive(id: string): Promise<boolean> {
    return this.take(id, async ({ queue, deadId, letter }) => {
      await queue.dead.remove(deadId);
      await queue.add([{ jobId: deadId, payload: letter.payload, tenant: '', turn: 0 }]);
    });
  }

  /**
   * Forgets the job: nothing is owed any more. Should the process end before it has answered, the job may come back.
   * @returns whether there was such a letter
   */
  discard(id: string): Promise<boolean> {
    return this.take(id, async ({ queue, deadId, letter }, tx) => {
      const payload = payloadSchema.safeParse(letter.payload);
      const tenant = payload.success ? payload.data.tenant : null;
      if (tenant !== null) await completeIntent(tx, tenant, queue.name, letter.jobId);
      await queue.dead.remove(deadId);
    });
  }

  private async take(id: string, work: (found: Found, tx: Tx) => Promise<void>): Promise<boolean> {
    const place = this.place(id);
    if (place === undefined) return false;
    return alone(this.database, place.queue, place.deadId, async (tx) => {
      const found = await this.find(id);
      if (found === undefined) return false;
      await this.link.use(async () => {
        await removeFailed(found.queue, found.letter.jobId);
        await work(found, tx);
      });
      return true;
    });
  }

  private place(id: string): Omit<Found, 'letter'> | undefined {
    for (const queue of this.queues) {
      const deadId = deadIdIn(queue.name, id);
      // The queue `a` also begins the letters of `a-b`, but ids of jobs hold no hyphen before their first `~`.
      if (deadId !== undefined && /^[a-z0-9]+(~|$)/.test(deadId)) return { queue, deadId };
    }
    return undefined;
  }

  private async find(id: string): Promise<Found | undefined> {
    const place = this.place(id);
    if (place === undefined) return undefined;
    const job = await this.link.use(() => place.queue.dead.getJob(place.deadId));
    return job && { ...place, letter: deadPayloadSchema.parse(job.data) };
  }

  private describe(queue: JobQueue, deadId: string, letter: DeadPayload): DeadLetterDetail {
    const payload = payloadSchema.safeParse(letter.payload);
    const { reason, attempts, failedAt, stack } = letter;
    return {
      ...{ service: this.service, source: 'job', name: queue.name, reason, attempts, failedAt, stack },
      id: letterIdOf(queue.name, deadId),
      tenant: payload.data?.tenant ?? null,
      traceId: payload.data?.traceparent?.split('-')[1] ?? null,
      payload: payload.success ? payload.data.data : letter.payload,
    };
  }
}
