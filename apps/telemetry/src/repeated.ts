import { setTimeout as delay } from 'node:timers/promises';

interface RepeatedOptions {
  readonly everyMs: number;
  /** @param signal aborted when the service ends */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Resolves after so long, or at once when the signal is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/** Work that is done again and again while the service runs, never twice at once. What fails waits for its next turn. */
export class Repeated {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: RepeatedOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { everyMs, work, onError } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await work(signal);
      } catch (error) {
        onError(error);
      }
      await pause(everyMs, signal);
    }
  }
}
