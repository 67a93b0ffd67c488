/** npm passes a signal on that the terminal has sent to this process as well. */
const ECHO_MS = 500;

/** What tells this process to end. */
export interface End {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Aborted by the second, after which this process ends at once; the guard then ends what is left. */
  readonly hurry: AbortSignal;
}

export function listenForEnd(): End {
  const [end, hurry] = [new AbortController(), new AbortController()];
  let first = 0;
  const told = (): void => {
    if (!end.signal.aborted) {
      first = performance.now();
      end.abort();
    } else if (performance.now() - first > ECHO_MS) {
      hurry.abort();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, told);
  return { signal: end.signal, hurry: hurry.signal };
}

export const whenAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
