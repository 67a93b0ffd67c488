import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/**
 * Waits for a condition: repeats `assert` until it no longer throws, and gives its value. After `withinMs` the last
 * error is thrown. This is how a test waits; nothing sleeps for a guessed time.
 */
export async function eventually<T>(assert: () => T | Promise<T>, withinMs = 15_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await assert();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(PAUSE_MS);
  }
}
