import type { Counters } from '@loam/contracts/telemetry';
import { betaBelow, betaQuantile } from '@loam/kernel';

/** The outcomes that say how it went; `unknown` says nothing. */
export interface Outcomes {
  readonly successes: number;
  readonly others: number;
}

export const outcomesOf = ({
  successes,
  partials,
  failures,
}: Pick<Counters, 'successes' | 'partials' | 'failures'>): Outcomes => ({
  successes,
  others: partials + failures,
});

const TAIL = 0.025;
const shown = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Mean and 95 % credible interval of the success rate, after a uniform prior; null where no outcome is known. */
export function rateOf({ successes, others }: Outcomes) {
  if (successes + others === 0) return null;
  const [a, b] = [1 + successes, 1 + others];
  return {
    rate: shown(a / (a + b)),
    low: shown(betaQuantile(TAIL, a, b)),
    high: shown(betaQuantile(1 - TAIL, a, b)),
    of: successes + others,
  };
}

const STEPS = 400;

/** The probability that the success rate of `later` is lower than that of `earlier` by more than `margin`. */
export function probablyWorse(earlier: Outcomes, later: Outcomes, margin: number): number {
  const [a, b] = [1 + earlier.successes, 1 + earlier.others];
  const [c, d] = [1 + later.successes, 1 + later.others];
  let sum = 0;
  let before = 0;
  for (let step = 1; step <= STEPS; step += 1) {
    const until = betaBelow(step / STEPS, a, b);
    sum += (until - before) * betaBelow((step - 0.5) / STEPS - margin, c, d);
    before = until;
  }
  return sum;
}
