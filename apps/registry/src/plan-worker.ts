import { join } from 'node:path';
import Piscina from 'piscina';
import { z } from 'zod';
import type { Side } from './plan.worker';

const IDLE_MS = 10_000;
const TIMEOUT_MS = 5000;
const answerSchema = z.string().optional();

/** What is done with the texts of plans that may take long, in a thread of its own. */
export class PlanWorker {
  private readonly threads = new Piscina({
    filename: join(__dirname, 'plan.worker.js'),
    ...{ minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS },
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });

  /** A page as Markdown; undefined where that takes more memory or time than it may. */
  toMarkdown(html: string): Promise<string | undefined> {
    return this.run('toMarkdown', html);
  }

  /** A unified diff; undefined where the texts differ too much. */
  diff(from: Side, to: Side): Promise<string | undefined> {
    return this.run('diff', { from, to });
  }

  private async run(name: 'toMarkdown' | 'diff', task: unknown): Promise<string | undefined> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return answerSchema.parse(await this.threads.run(task, { name, signal }));
    } catch (error) {
      // Too deep for the stack, too large for the heap: the text is at fault, and the thread is made anew.
      const exhausted =
        error instanceof RangeError ||
        (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY');
      if (signal.aborted || exhausted) return undefined;
      throw error;
    }
  }

  /** Nest calls this when the application ends. */
  async onModuleDestroy(): Promise<void> {
    await this.threads.close();
  }
}
