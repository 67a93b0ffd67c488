/** How long a session waits for the first time that a drafter stays away, and at most, in ms. */
const FIRST_MS = 60_000;
const MOST_MS = 4 * 3_600_000;
/** Nobody is left alone for longer, whatever they ask for, in ms. */
const DAY_MS = 86_400_000;

/**
 * For how long a session waits for a drafter that stays away, in ms: twice as long each time up to four hours, less up
 * to half by chance, but never less than the drafter asked for (RFC 9110 section 10.2.3), up to a day.
 * @param before how often it has waited already
 * @param chance from 0 to 1
 */
export function outageWait(before: number, askedMs: number, chance: number): number {
  const most = Math.min(FIRST_MS * 2 ** before, MOST_MS);
  const wait = most * (0.5 + 0.5 * chance);
  // Many sessions that were asked for the same pause do not come back at once.
  const asked = Math.min(askedMs, DAY_MS) * (1 + 0.1 * chance);
  return Math.round(Math.max(wait, asked));
}
