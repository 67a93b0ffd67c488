import { join } from 'node:path';
import Piscina from 'piscina';
import { z } from 'zod';
import { fileChangeSchema, type FileChange } from '@loam/contracts/reading';

const HEAP_MB = 192;
const IDLE_MS = 10_000;
/** More than the diffs themselves may take, since both bundles are taken apart before. */
const TIMEOUT_MS = 4500;

const changes = z.array(fileChangeSchema);

/** Compares bundles in a thread of its own. */
export class Differ {
  private readonly threads = new Piscina({
    ...{ filename: join(__dirname, 'diff.worker.js'), name: 'diff' },
    ...{ minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32 },
  });

  /** @returns undefined when the comparison took more memory or time than it may */
  async diff(from: Uint8Array, to: Uint8Array): Promise<FileChange[] | undefined> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return changes.parse(await this.threads.run({ from, to }, { signal }));
    } catch (error) {
      if (signal.aborted || isOutOfMemory(error)) return undefined;
      throw error;
    }
  }

  /** Nest calls this when the application ends. */
  async onModuleDestroy(): Promise<void> {
    await this.threads.close();
  }
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
