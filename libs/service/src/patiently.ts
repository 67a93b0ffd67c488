import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks with a time limit. A question that is still open is waited for by those who ask meanwhile, so that questions
 * to something that hangs never pile up.
 */
export function patiently<T>(question: () => Promise<T>, limitMs: number): () => Promise<T> {
  let open: Promise<T> | undefined;
  return async () => {
    open ??= question().finally(() => (open = undefined));
    const over = new AbortController();
    try {
      return await Promise.race([open, givingUp(limitMs, over.signal)]);
    } finally {
      over.abort();
    }
  };
}

async function givingUp(afterMs: number, signal: AbortSignal): Promise<never> {
  await delay(afterMs, undefined, { signal }).catch(() => undefined);
  throw new Error(`no answer within ${String(afterMs)} ms`);
}
