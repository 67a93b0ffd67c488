interface Waiting {
  readonly bytes: number;
  readonly work: () => Promise<void>;
}

interface GateLimits {
  /** Pieces of work that run at once. */
  readonly running: number;
  /** Pieces of work that may wait for their turn, and their bytes in all. */
  readonly waiting: number;
  readonly waitingBytes: number;
}

/** Lets so much work in at a time that a flood exhausts neither memory nor the database's connections. */
export class Gate {
  private running = 0;
  private waitingBytes = 0;
  private readonly queue: Waiting[] = [];
  private readonly onIdle: (() => void)[] = [];

  constructor(private readonly limits: GateLimits) {}

  /**
   * Runs the work now or when its turn comes.
   * @param work never rejects
   * @returns whether there was room for it
   */
  admit(bytes: number, work: () => Promise<void>): boolean {
    if (this.running < this.limits.running) {
      void this.run(work);
      return true;
    }
    const { waiting, waitingBytes } = this.limits;
    if (this.queue.length >= waiting || this.waitingBytes + bytes > waitingBytes) return false;
    this.queue.push({ bytes, work });
    this.waitingBytes += bytes;
    return true;
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.onIdle.push(resolve));
  }

  private async run(work: () => Promise<void>): Promise<void> {
    this.running += 1;
    await work();
    this.running -= 1;
    const next = this.queue.shift();
    if (next !== undefined) {
      this.waitingBytes -= next.bytes;
      void this.run(next.work);
    } else if (this.running === 0) {
      for (const resolve of this.onIdle.splice(0)) resolve();
    }
  }
}
