import { join } from 'node:path';
import Piscina from 'piscina';
import type { EngineAnswer, EngineTask } from './search-engine';

/**
 * The thread that holds the indexes: scoring a hundred thousand items takes milliseconds that the loop which answers
 * requests does not have. It starts with the first search and stays, for what it holds.
 */
export class SearchThread {
  private readonly threads: Piscina<EngineTask, EngineAnswer>;

  /** @param worker the compiled worker; a test names the one of the build */
  constructor(worker = join(__dirname, 'search.worker.js')) {
    this.threads = new Piscina<EngineTask, EngineAnswer>({
      filename: worker,
      name: 'handle',
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: Infinity,
      // Tasks of one tenant must be done in the order in which they came.
      concurrentTasksPerWorker: 1,
    });
  }

  readonly run = (task: EngineTask): Promise<EngineAnswer> => this.threads.run(task);
}
