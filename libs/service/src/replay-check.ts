import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { replayCheckSchema, type ReplayCheck, type ServiceName } from '@loam/contracts/operations';
import { uuidv7 } from '@loam/kernel';

/** What the process that checks writes, a JSON line each: how far it is, and at the end what it found. */
export const replayLineSchema = z.union([
  z.object({ progress: replayCheckSchema.shape.progress }),
  z.object({ report: replayCheckSchema.pick({ tables: true, differing: true, differences: true }) }),
]);
export type ReplayLine = z.output<typeof replayLineSchema>;

const MOST_KEPT = 20;
const MOST_REASON = 2000;

/**
 * The replay checks of this process, one at a time. Each runs in a process of its own, because rebuilding everything
 * takes memory and time that requests need. The last twenty are remembered until the service ends.
 */
export class ReplayChecks {
  private readonly kept = new Map<string, ReplayCheck>();
  private running: { readonly id: string; readonly child: ChildProcess } | undefined;

  /** @param launch starts the process, whose stdout is read for lines and whose stderr for a reason */
  constructor(
    private readonly service: ServiceName,
    private readonly launch: () => ChildProcess,
  ) {}

  /** Starts a check, or answers the one that runs. */
  start(): ReplayCheck {
    const current = this.running === undefined ? undefined : this.kept.get(this.running.id);
    if (current !== undefined) return current;
    const check: ReplayCheck = {
      id: uuidv7(),
      service: this.service,
      status: 'running',
      progress: { done: 0, total: 0 },
      tables: [],
      differing: 0,
      differences: [],
      error: null,
    };
    this.keep(check);
    const child = this.launch();
    this.running = { id: check.id, child };
    void this.follow(check, child);
    return check;
  }

  get(id: string): ReplayCheck | undefined {
    return this.kept.get(id);
  }

  /** Ends a check that runs; nobody will ask for it. */
  async stop(): Promise<void> {
    const child = this.running?.child;
    if (child === undefined) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  private keep(check: ReplayCheck): void {
    this.kept.set(check.id, check);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) return;
      this.kept.delete(oldest);
    }
  }

  private async follow(started: ReplayCheck, child: ChildProcess): Promise<void> {
    let check = started;
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_REASON);
    });
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    lines.on('line', (text) => {
      const line = readLine(text);
      if (line === undefined) return;
      check = 'report' in line ? { ...check, ...line.report, status: 'done' } : { ...check, ...line };
      // It is done when its process is: who sees that and starts another must not be answered this one.
      if (check.status === 'running') this.keep(check);
    });
    const how = await howItEnded(child);
    this.running = undefined;
    this.keep(check.status === 'done' ? check : { ...check, status: 'failed', error: said.trim() || how });
  }
}

function readLine(text: string): ReplayLine | undefined {
  try {
    return replayLineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // A line of somebody else's.
    return undefined;
  }
}

const howItEnded = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(`the process that checked ended with ${signal ?? `exit code ${String(code)}`}`),
    );
  });
