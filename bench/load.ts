import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from './scenario';

/** What a load came to; latencies in ms, ascending. */
export interface Load {
  readonly done: number;
  readonly seconds: number;
  readonly latencies: Float64Array;
  readonly errors: readonly string[];
}

class Tally {
  readonly latencies: number[] = [];
  readonly errors: string[] = [];
  private readonly began = performance.now();

  /** Does one operation and counts it, with its latency since it was due. */
  async count(worker: Worker, due: number): Promise<void> {
    try {
      await worker.perform();
      this.latencies.push(performance.now() - due);
    } catch (error) {
      this.errors.push(error instanceof Error ? error.message : String(error));
    }
  }

  result(): Load {
    const { latencies, errors, began } = this;
    const seconds = (performance.now() - began) / 1000;
    return { done: latencies.length, seconds, latencies: Float64Array.from(latencies).sort(), errors };
  }
}

/**
 * Every worker does one operation after another: what the subject is capable of.
 * @param atLeast so many operations, however long they take
 */
export async function closedLoop(
  workers: readonly Worker[],
  milliseconds: number,
  atLeast = 0,
): Promise<Load> {
  const tally = new Tally();
  const end = performance.now() + milliseconds;
  await Promise.all(
    workers.map(async (worker) => {
      while ((performance.now() < end || tally.latencies.length < atLeast) && tally.errors.length === 0) {
        await worker.prepare?.();
        await tally.count(worker, performance.now());
      }
    }),
  );
  return tally.result();
}

/**
 * Operations fall due at a fixed rate whether or not earlier ones are done, and wait for a free worker; their latency
 * is counted from when they were due, so that a stall is felt by all that it held up.
 */
export async function openLoop(
  workers: readonly Worker[],
  rate: number,
  milliseconds: number,
): Promise<Load> {
  const tally = new Tally();
  const idle = [...workers];
  const due: number[] = [];
  const running = new Set<Promise<void>>();
  const begin = (): void => {
    while (idle.length > 0 && due.length > 0) {
      const worker = idle.pop();
      const time = due.shift();
      if (worker === undefined || time === undefined) return;
      const work = tally.count(worker, time).then(() => {
        running.delete(work);
        idle.push(worker);
        begin();
      });
      running.add(work);
    }
  };
  const start = performance.now();
  for (let sent = 0; sent < (rate * milliseconds) / 1000;) {
    const now = performance.now();
    for (; start + (sent * 1000) / rate <= now; sent += 1) due.push(start + (sent * 1000) / rate);
    begin();
    await delay(1);
  }
  while (running.size > 0) await Promise.race(running);
  return tally.result();
}

/** @param share 0 to 1 */
export const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
