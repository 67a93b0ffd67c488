const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Answers after which the same request may well succeed. */
const passes = (status: number): boolean => status === 429 || status === 503;

/** How long the server asks to wait, in milliseconds; undefined where it does not say. */
function askedPause(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

const pause = (attempt: number, response?: Response): number => {
  const own = FIRST_PAUSE_MS * 2 ** attempt * (0.75 + Math.random() / 2);
  return Math.min((response && askedPause(response)) ?? own, LONGEST_PAUSE_MS);
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Sends until there is an answer that will not pass, at most five times, waiting as long as the server asks. The last
 * answer, or the last failure to get one, is the caller's.
 * @param lost whether the failure means that a request or its answer was lost on the way
 */
export async function persistently(
  send: () => Promise<Response>,
  lost: (error: unknown) => boolean,
): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    const isLast = attempt === ATTEMPTS - 1;
    try {
      const response = await send();
      if (isLast || !passes(response.status)) return response;
      await response.body?.cancel();
      await wait(pause(attempt, response));
    } catch (error) {
      if (isLast || !lost(error)) throw error;
      await wait(pause(attempt));
    }
  }
}
