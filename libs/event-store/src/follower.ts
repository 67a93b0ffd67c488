import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Tx } from '@loam/database';
import type { EventCatalog } from './event-catalog';
import { Leader, type Turn } from './leader';
import { start, type Position } from './position';
import { readSettled, type PositionedEvent } from './read';
import { wakeChannel } from './tables';

/** This follower lost its lead while it worked; what it did not checkpoint, the new leader does again. */
export class Fenced extends Error {}

/** Where a follower stands, and the epoch of its lead. */
export interface Lead {
  readonly name: string;
  readonly epoch: string;
  /** Each statement a transaction of the system role by itself. */
  readonly tx: Tx;
}

export interface FollowerOptions {
  readonly database: Database;
  readonly catalog: EventCatalog;
  readonly name: string;
  readonly batchSize: number;
  /** How long to wait for a notification before looking anyway, in ms. */
  readonly pollMs: number;
  /** How long to wait after a notification for more of them, in ms: what comes together costs less. */
  readonly gatherMs?: number;
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

const GATHER_MS = 5;

/**
 * Follows the log in order, as the only one of its name across all processes: the leader holds an advisory lock for
 * as long as its session lives, and each lead has an epoch that fences what an earlier, paused leader still writes.
 * Woken by notifications; polls as well, since those are lost with a connection.
 */
export class Follower {
  private readonly leader: Leader;

  constructor(private readonly options: FollowerOptions) {
    const { database, name, pollMs, onError } = options;
    this.leader = new Leader({
      ...{ database, pollMs, onError },
      name: `follow ${database.options.schema} ${name}`,
      work: (turn) => this.follow(turn),
    });
  }

  start(): void {
    this.leader.start();
  }

  async stop(): Promise<void> {
    await this.leader.stop();
  }

  private async follow({ session, signal, progress }: Turn): Promise<void> {
    const { database, catalog, name, batchSize, pollMs, gatherMs = GATHER_MS, handle, resume } = this.options;
    const [row] = await session.query<{ transaction_id: string; position: string; epoch: string }[]>(
      `INSERT INTO checkpoints AS c (name, epoch) VALUES ($1, 1)
       ON CONFLICT (name) DO UPDATE SET epoch = c.epoch + 1 RETURNING transaction_id::text, position::text, epoch::text`,
      [name],
    );
    let at: Position =
      row === undefined ? start : { transactionId: row.transaction_id, position: row.position };
    const lead: Lead = { name, epoch: row?.epoch ?? '0', tx: session };
    let sleep = new AbortController();
    const wake = (): void => {
      sleep.abort();
    };
    signal.addEventListener('abort', wake);
    await session.listen(wakeChannel(database.options.schema), wake);
    while (!signal.aborted) {
      // From here on, so that what is told of while the log is read is looked for at once.
      sleep = new AbortController();
      if (resume !== undefined) at = await resume(at, lead);
      const from = at;
      const batch = await readSettled(session, catalog, from, batchSize);
      const last = batch.at(-1);
      if (last === undefined) {
        await delay(pollMs, undefined, { signal: sleep.signal }).catch(() => undefined);
        if (!signal.aborted) await delay(gatherMs);
        continue;
      }
      await handle(batch, lead);
      at = last.at;
      progress();
    }
  }
}
