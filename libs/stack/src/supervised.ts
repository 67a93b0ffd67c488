import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningPart } from '@loam/embedded';

const FORGIVEN_AFTER_MS = 60_000;
const MOST_DEATHS = 5;
const FIRST_PAUSE_MS = 200;

/** What a supervised process is made of. */
export interface Supervision {
  readonly name: string;
  readonly logFile: string;
  /** Starts the process; rejects when it does not become ready, also because `signal` is aborted. */
  readonly launch: (signal: AbortSignal) => Promise<RunningPart>;
  /** Whether to start it again when it ends by itself. */
  readonly restart: boolean;
  /** Is told that a process runs and is ready, each time. */
  readonly started: () => void;
  /** Is told that it ended and is started again. */
  readonly report: (line: string) => void;
  /** Is called when it has ended too often to be started again. */
  readonly giveUp: (error: Error) => void;
}

/**
 * A process that is kept running: when it ends without having been told to, it is started again, after a pause that
 * doubles with each time, until it has ended five times within a minute.
 */
export class Supervised {
  private process: RunningPart | undefined;
  private work: Promise<void> = Promise.resolve();
  private wanted = new AbortController();
  private deaths: number[] = [];
  private mourners: ((how: string) => void)[] = [];

  constructor(private readonly supervision: Supervision) {}

  get name(): string {
    return this.supervision.name;
  }

  /** The process as it runs now; nothing while it is stopped or about to be started again. */
  get current(): RunningPart | undefined {
    return this.process;
  }

  /** Starts it unless it runs. Rejects when it does not become ready, and leaves no process then. */
  async start(): Promise<void> {
    await this.work.catch(() => undefined);
    if (this.process !== undefined) return;
    this.wanted = new AbortController();
    this.work = this.launch(this.wanted.signal);
    await this.work;
  }

  /** Ends it in good order, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.wanted.abort();
    await this.work.catch(() => undefined);
    await this.process?.stop();
    this.process = undefined;
  }

  /** Sends a signal to the process, if it runs. */
  kill(signal: NodeJS.Signals): void {
    if (this.process !== undefined) process.kill(this.process.pid, signal);
  }

  /** Resolves when the process ends without having been stopped, with how: `signal SIGKILL`, `exit code 1`. */
  died(): Promise<string> {
    return new Promise((resolve) => this.mourners.push(resolve));
  }

  private async launch(signal: AbortSignal): Promise<void> {
    const launched = await this.supervision.launch(signal);
    this.process = launched;
    this.supervision.started();
    launched.onExit((how) => {
      this.process = undefined;
      for (const mourner of this.mourners.splice(0)) mourner(how);
      if (this.supervision.restart && !signal.aborted) this.work = this.revive(how, signal);
    });
  }

  private async revive(how: string, signal: AbortSignal): Promise<void> {
    const { name, report, giveUp, logFile } = this.supervision;
    for (let reason = how; !signal.aborted;) {
      const now = Date.now();
      this.deaths = [...this.deaths.filter((death) => now - death < FORGIVEN_AFTER_MS), now];
      if (this.deaths.length >= MOST_DEATHS) {
        giveUp(new Error(`${name} has ended ${MOST_DEATHS} times in a minute.\n${await endOf(logFile)}`));
        return;
      }
      report(`${name} has ended (${reason}) and is started again`);
      await delay(FIRST_PAUSE_MS * 2 ** (this.deaths.length - 1), undefined, { signal }).catch(
        () => undefined,
      );
      if (signal.aborted) return;
      try {
        await this.launch(signal);
        return;
      } catch (error) {
        reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      }
    }
  }
}

async function endOf(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return [`The end of ${logFile}:`, ...text.trimEnd().split('\n').slice(-15)].join('\n');
}
