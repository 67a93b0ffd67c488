import { setTimeout as delay } from 'node:timers/promises';
import { startSession, type Database, type Session } from '@loam/database';

/** A turn at being the one that works. */
export interface Turn {
  /** Holds the lock, for as long as it lives. */
  readonly session: Session;
  /** Aborted when the session has ended or the process stops: another one may work by now. */
  readonly signal: AbortSignal;
  /** To be called when something was achieved: the next failure is the first again. */
  readonly progress: () => void;
}

interface LeaderOptions {
  readonly database: Database;
  /** Unique among what is led in the database. */
  readonly name: string;
  /** How often to look whether the lock is free, in ms. */
  readonly pollMs: number;
  /** Resolves soon after the turn's signal. What it throws ends the turn, and another is tried for. */
  readonly work: (turn: Turn) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

const RETRY_MS = { first: 100, most: 5000 };

/** Works as the only one of its name across all processes: whoever does holds an advisory lock by a session. */
export class Leader {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: LeaderOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the work has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let backoff = RETRY_MS.first;
    while (!signal.aborted) {
      try {
        await this.turn(() => (backoff = RETRY_MS.first));
      } catch (error) {
        if (!signal.aborted) this.options.onError(error);
      }
      await this.pause(backoff);
      backoff = Math.min(backoff * 2, RETRY_MS.most);
    }
  }

  private async turn(progress: () => void): Promise<void> {
    const { database, name, pollMs, work } = this.options;
    const session = await startSession(database);
    const ended = new AbortController();
    void session.ended.then(() => {
      ended.abort();
    });
    try {
      const [lock] = await session.query<{ held: boolean }[]>(
        'SELECT pg_try_advisory_lock(hashtext($1)) AS held',
        [name],
      );
      const signal = AbortSignal.any([ended.signal, this.stopping.signal]);
      if (lock?.held === true) await work({ session, signal, progress });
      else await this.pause(pollMs);
    } finally {
      await session.close();
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
