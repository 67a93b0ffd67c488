/** The attempt took longer than its definition allows. */
class AttemptTimedOut extends Error {
  constructor(timeoutMs: number) {
    super(`the attempt took longer than ${String(timeoutMs)} ms`);
  }
}

/** The process ends; the job goes back to its queue and the attempt does not count. */
export class Interrupted extends Error {
  constructor() {
    super('the process ended during the attempt');
  }
}

/** The jobs that this process works on. */
export class InHand {
  private readonly attempts = new Set<AbortController>();
  private readonly jobs = new Set<Promise<void>>();
  private interrupted = false;

  /** Runs an attempt until it ends, its time is over or `interrupt` is called; then it is not waited for. */
  async run(timeoutMs: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const attempt = new AbortController();
    if (this.interrupted) throw new Interrupted();
    this.attempts.add(attempt);
    const timer = setTimeout(() => {
      attempt.abort(new AttemptTimedOut(timeoutMs));
    }, timeoutMs);
    try {
      await Promise.race([rejection(attempt.signal), work(attempt.signal)]);
    } finally {
      clearTimeout(timer);
      this.attempts.delete(attempt);
    }
  }

  /** Counts a job as in hand until it is settled. */
  async track(job: Promise<void>): Promise<void> {
    this.jobs.add(job);
    try {
      await job;
    } finally {
      this.jobs.delete(job);
    }
  }

  /** Resolves when the jobs that are in hand now are settled. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.jobs);
  }

  /** Ends every attempt, and those that begin from now on. */
  interrupt(): void {
    this.interrupted = true;
    for (const attempt of this.attempts) attempt.abort(new Interrupted());
  }
}

/** Rejects with the signal's reason once it is aborted. */
const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
