import { setTimeout as delay } from 'node:timers/promises';
import { startSession, type Database, type Session } from '@loam/database';
import type { EventCatalog } from './event-catalog';
import { start, type Position } from './position';
import { readSettled, type PositionedEvent } from './read';
import { wakeChannel } from './tables';

/** This follower lost its lead while it worked; what it did not checkpoint, the new leader does again. */
export class Fenced extends Error {}

/** Where a follower stands, and the epoch of its lead. */
export interface Lead {
  readonly name: string;
  readonly epoch: string;
}

export interface FollowerOptions {
  readonly database: Database;
  readonly catalog: EventCatalog;
  readonly name: string;
  readonly batchSize: number;
  /** How long to wait for a notification before looking anyway, in ms. */
  readonly pollMs: number;
  /** Handles a batch in order and moves the checkpoint, see `saveCheckpoint`. Whatever it throws is retried. */
  readonly handle: (batch: readonly PositionedEvent[], lead: Lead) => Promise<void>;
  /** Asked before each look at the log: where to go on, which may be further back. */
  readonly resume?: (at: Position, lead: Lead) => Promise<Position>;
  readonly onError: (error: unknown) => void;
}

/** The statement that moves a checkpoint, unless another leader has taken over. Use within the effect's transaction. */
export const CHECKPOINT = `UPDATE checkpoints SET transaction_id = $3::xid8, position = $4::bigint
  WHERE name = $1 AND epoch = $2::bigint RETURNING name`;

export const checkpointParameters = (lead: Lead, at: Position): string[] => [
  lead.name,
  lead.epoch,
  at.transactionId,
  at.position,
];

const RETRY_MS = { first: 100, most: 5000 };

/**
 * Follows the log in order, as the only one of its name across all processes: the leader holds an advisory lock for
 * as long as its session lives, and each lead has an epoch that fences what an earlier, paused leader still writes.
 * Woken by notifications; polls as well, since those are lost with a connection.
 */
export class Follower {
  private readonly stopping = new AbortController();
  private wake: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: FollowerOptions) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    let backoff = RETRY_MS.first;
    while (!this.stopped) {
      try {
        await this.lead(() => (backoff = RETRY_MS.first));
      } catch (error) {
        if (!this.stopped) this.options.onError(error);
      }
      if (!this.stopped) await this.pause(backoff);
      backoff = Math.min(backoff * 2, RETRY_MS.most);
    }
  }

  /** One lead: take the lock, follow until the session ends, the lead is lost or `stop` is called. */
  private async lead(onProgress: () => void): Promise<void> {
    const session = await startSession(this.options.database);
    try {
      const [lock] = await session.query<{ held: boolean }>(
        'SELECT pg_try_advisory_lock(hashtext($1)) AS held',
        [`follow ${this.options.database.options.schema} ${this.options.name}`],
      );
      if (lock?.held === true) await this.follow(session, onProgress);
      else await this.pause(this.options.pollMs);
    } finally {
      await session.close();
    }
  }

  private async follow(session: Session, onProgress: () => void): Promise<void> {
    const { database, catalog, name, batchSize, pollMs, handle, resume } = this.options;
    const [row] = await session.query<{ transaction_id: string; position: string; epoch: string }>(
      `INSERT INTO checkpoints AS c (name, epoch) VALUES ($1, 1)
       ON CONFLICT (name) DO UPDATE SET epoch = c.epoch + 1 RETURNING transaction_id::text, position::text, epoch::text`,
      [name],
    );
    let at: Position =
      row === undefined ? start : { transactionId: row.transaction_id, position: row.position };
    const lead: Lead = { name, epoch: row?.epoch ?? '0' };
    let lost = false;
    void session.ended.then(() => {
      lost = true;
      this.wake();
    });
    await session.listen(wakeChannel(database.options.schema), () => {
      this.wake();
    });
    const over = (): boolean => lost || this.stopped;
    while (!over()) {
      if (resume !== undefined) at = await resume(at, lead);
      const from = at;
      const batch = await database.system((tx) => readSettled(tx, catalog, from, batchSize));
      const last = batch.at(-1);
      if (last === undefined) {
        await this.pause(pollMs);
        continue;
      }
      await handle(batch, lead);
      at = last.at;
      onProgress();
    }
  }

  /** Sleeps until woken, at most so long. */
  private async pause(ms: number): Promise<void> {
    const waking = new AbortController();
    this.wake = () => {
      waking.abort();
    };
    if (!this.stopped) await delay(ms, undefined, { signal: waking.signal }).catch(() => undefined);
  }
}
