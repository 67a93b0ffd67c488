/** npm passes a signal on that the terminal has sent to this process as well. */
const ECHO_MS = 500;

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP. A second one ends this process at once; the guard then ends the
 * others.
 */
export function listenForEnd(): AbortSignal {
  const end = new AbortController();
  let first = 0;
  const told = (): void => {
    if (!end.signal.aborted) {
      first = performance.now();
      end.abort();
    } else if (performance.now() - first > ECHO_MS) process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, told);
  return end.signal;
}

export const whenAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
