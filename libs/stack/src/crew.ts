import { startGuard, type Guard } from '@loam/embedded';
import type { Progress } from './progress';
import { Supervised, type Supervision } from './supervised';

export interface CrewOptions {
  /** Whether what ends by itself is started again (it is by default). */
  readonly restart?: boolean;
  readonly progress?: Progress;
  /** Is told each time a process has been started. */
  readonly onStarted?: () => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

/** What one kind of process is by itself, without how the stack watches over it. */
export type Member = Pick<Supervision, 'name' | 'logFile' | 'launch'>;

/** All processes of a stack, from the first that is started to the last that ends. */
export class Crew {
  /** Resolves when one has ended too often to be started again. */
  readonly failed: Promise<Error>;
  /** Aborted as soon as the end is certain: nothing is started from then on. */
  readonly signal: AbortSignal;
  private readonly ending = new AbortController();
  private readonly groups = { service: new Set<Supervised>(), part: new Set<Supervised>() };
  private reportFailure: (error: Error) => void = () => undefined;
  private stopped: Promise<void> | undefined;

  private constructor(
    readonly guard: Guard,
    private readonly options: CrewOptions,
  ) {
    const { signal } = this.ending;
    this.signal = options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]);
    this.failed = new Promise((resolve) => (this.reportFailure = resolve));
  }

  static async gather(options: CrewOptions): Promise<Crew> {
    return new Crew(await startGuard(), options);
  }

  /** Takes a process under supervision; the caller starts it. Services are ended before the parts they need. */
  supervise(group: 'service' | 'part', member: Member): Supervised {
    const { restart = true, progress, onStarted } = this.options;
    const supervised = new Supervised({
      ...{ ...member, restart },
      report: (line) => progress?.(line),
      started: () => onStarted?.(),
      giveUp: (error) => this.reportFailure(error),
      launch: async (signal) => {
        this.signal.throwIfAborted();
        return member.launch(AbortSignal.any([signal, this.signal]));
      },
    });
    this.groups[group].add(supervised);
    return supervised;
  }

  /** Does steps of the start at the same time. The first that fails ends the others, and all have ended then. */
  async together(steps: readonly Promise<unknown>[]): Promise<void> {
    const all = Promise.all(steps);
    all.catch((error: unknown) => this.ending.abort(error));
    await Promise.allSettled(steps);
    await all;
  }

  /** Ends services, then parts, then the guard. */
  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    this.ending.abort(new Error('Loam is being stopped.'));
    for (const group of [this.groups.service, this.groups.part])
      await Promise.all([...group].map((supervised) => supervised.stop()));
    await this.guard.dismiss();
  }
}
