import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Tx } from '@loam/database';
import { bury } from './burial';
import {
  firstIntent,
  forgetOldIntents,
  LAST_TURN,
  stillUnfinished,
  unfinishedIntents,
  type Intent,
  type IntentCursor,
} from './intents';
import type { JobQueue } from './job-queue';
import { QueuesAway, type RedisLink } from './redis-link';

interface ReconcilerOptions {
  readonly link: RedisLink;
  readonly database: Database;
  readonly queues: readonly JobQueue[];
  readonly everyMs: number;
  /** Makes the schedulers be, as far as they are missing. */
  readonly ensureSchedulers: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

const PAGE = 500;
const PAGES_PER_ROUND = 20;
const FAILED_PER_ROUND = 200;

/** Brings Redis back to what the database says is owed; see `round`. */
export class Reconciler {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private cursor = firstIntent;
  /** How many jobs each tenant is owed of each queue, up to the cursor. */
  private readonly turns = new Map<string, number>();
  private wake = new AbortController();

  constructor(private readonly options: ReconcilerOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Begins the next round at once. */
  hurry(): void {
    this.wake.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.wake = new AbortController();
      const { signal } = this.wake;
      await this.round().catch((error: unknown) => {
        // The next round comes anyway, and the outage is logged where it is noticed.
        if (!(error instanceof QueuesAway)) this.options.onError(error);
      });
      if (!this.stopping.signal.aborted)
        await delay(this.options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Moves what a crash left failed to the dead queues, restores lost schedulers, and enqueues unfinished intents
   * whose job Redis does not know. A round is bounded; the next goes on where it ended.
   */
  private async round(): Promise<void> {
    const { link, database, queues, ensureSchedulers } = this.options;
    await ensureSchedulers();
    for (const queue of queues) {
      const failed = await link.use(() => queue.failed(FAILED_PER_ROUND));
      for (const { id } of failed) if (id !== undefined) await bury(link, database, queue, id);
    }
    for (let page = 0; page < PAGES_PER_ROUND && !this.stopping.signal.aborted; page += 1) {
      const next = await database.system((tx) => this.page(tx));
      this.cursor = next ?? firstIntent;
      if (next === undefined) this.turns.clear();
      if (next === undefined) break;
    }
    await database.system(forgetOldIntents);
  }

  /** One page of intents. @returns where the next one begins, if there may be more */
  private async page(tx: Tx): Promise<IntentCursor | undefined> {
    const { link, database, queues } = this.options;
    const [lock] = await tx.query<{ held: boolean }[]>(
      'SELECT pg_try_advisory_xact_lock(hashtext($1)) AS held',
      [`reconcile jobs ${database.options.schema}`],
    );
    if (lock?.held !== true) return undefined;
    const names = queues.map((queue) => queue.name);
    const found = await unfinishedIntents(tx, names, this.cursor, PAGE);
    const intents = found.map((intent) => ({ ...intent, turn: this.turnOf(intent) }));
    for (const queue of queues) {
      const own = intents.filter((intent) => intent.queue === queue.name);
      if (own.length > 0) await link.use((redis) => this.restore(tx, queue, own, redis));
    }
    return intents.length === PAGE ? intents.at(-1) : undefined;
  }

  /** The turns of a lost Redis are counted anew, the oldest first. */
  private turnOf({ queue, tenant }: Intent): number {
    const key = `${queue} ${tenant}`;
    const turn = Math.min((this.turns.get(key) ?? 0) + 1, LAST_TURN);
    this.turns.set(key, turn);
    return turn;
  }

  /**
   * A job is noted as completed before it leaves Redis. So one that Redis does not know, and that is unfinished when
   * looked at again after that, was lost and did not just end.
   */
  private async restore(
    tx: Tx,
    queue: JobQueue,
    intents: readonly (Intent & { readonly turn: number })[],
    redis: Parameters<JobQueue['known']>[0],
  ): Promise<void> {
    const known = await queue.known(
      redis,
      intents.map((intent) => intent.jobId),
    );
    const missing = intents.filter((intent) => !known.has(intent.jobId));
    if (missing.length > 0) await queue.add(await stillUnfinished(tx, missing));
  }
}
