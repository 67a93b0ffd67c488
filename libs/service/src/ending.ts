import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './log';

/** What ends, in this order: first what brings work, last what work needs. */
const stages = ['door', 'jobs', 'own', 'relay', 'checks', 'traces', 'nats', 'database', 'health'] as const;
export type Stage = (typeof stages)[number];

/** These wait for what is in hand; they leave the others a part of the time. */
const waiting: readonly Stage[] = ['door', 'jobs', 'own'];

interface EndingOptions {
  readonly log: Log;
  /** How long ending may take in all. */
  readonly seconds: number;
  /** Called first and at once: from now on the process is not ready. */
  readonly begin: () => void;
}

/**
 * How a process ends: on SIGTERM, SIGINT, when the parent that holds its IPC channel has gone, or on `end`. The first
 * of these ends what was registered, stage by stage, within the time; a second signal ends the process at once. What
 * nobody caught is logged and ends it too, with what can still be sent of the traces.
 */
export class Ending {
  /** Aborted when the end begins, for what waits. */
  readonly begun = new AbortController();
  private readonly steps = new Map<Stage, (withinMs: number) => Promise<unknown>>();

  constructor(private readonly options: EndingOptions) {}

  /** What to do at a stage, and in how much time; a part that is not up yet when the end comes has nothing registered. */
  at(stage: Stage, step: (withinMs: number) => Promise<unknown>): void {
    this.steps.set(stage, step);
  }

  listen(): void {
    let signals = 0;
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        signals += 1;
        if (signals > 1) this.endAtOnce(signal);
        void this.end(signal);
      });
    process.on('disconnect', () => void this.end('the launcher is gone'));
    process.on('uncaughtException', (error) => void this.fail('an exception that nobody caught', error));
    process.on('unhandledRejection', (error) => void this.fail('a rejection that nobody handled', error));
  }

  async end(reason: string): Promise<void> {
    const { log, seconds, begin } = this.options;
    // The launcher's death is told twice: by its channel, and by a signal of whoever cleans up after it.
    if (this.begun.signal.aborted) return;
    this.begun.abort();
    begin();
    log.info({ reason }, 'ending');
    const started = performance.now();
    const left = (share: number): number =>
      Math.max(0, seconds * 1000 * share - (performance.now() - started));
    let clean = true;
    for (const stage of stages)
      if (!(await this.step(stage, left(waiting.includes(stage) ? 0.8 : 1)))) clean = false;
    log.info({ ms: Math.round(performance.now() - started) }, 'ended');
    process.exit(clean ? 0 : 1);
  }

  /** @returns whether the step ended well and in time */
  private async step(stage: Stage, withinMs: number): Promise<boolean> {
    const { log } = this.options;
    try {
      const ended = this.steps
        .get(stage)?.(withinMs)
        .then(() => true);
      if (await Promise.race([ended ?? true, delay(withinMs, false, { ref: false })])) return true;
      log.warn({ stage }, 'did not end in time');
    } catch (error) {
      log.error({ stage, err: error }, 'did not end well');
    }
    return false;
  }

  private endAtOnce(reason: string): never {
    this.options.log.warn({ reason }, 'ending at once');
    process.exit(1);
  }

  /** Ends with exit code 1, once what happened is logged and the traces are sent. */
  async fail(what: string, error?: unknown): Promise<never> {
    this.options.log.fatal(error === undefined ? {} : { err: error }, what);
    await this.step('traces', 1000);
    process.exit(1);
  }
}
