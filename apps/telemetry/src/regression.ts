import { compare } from 'semver';
import { probablyWorse, type Outcomes } from './success-rate';

/** Invocations of known outcome that each version must have. */
const LEAST = 20;
const MARGIN = 0.05;
const CREDIBLE = 0.95;

export interface VersionOutcomes extends Outcomes {
  readonly version: string;
}

export interface Regression {
  readonly version: string;
  readonly than: string;
  readonly probability: number;
}

const isKnownEnough = ({ successes, others }: Outcomes): boolean => successes + others >= LEAST;

/** The versions that credibly succeed less often than the one before them, by order of precedence. */
export function regressionsOf(versions: readonly VersionOutcomes[]): Regression[] {
  const ordered = versions.toSorted((a, b) => compare(a.version, b.version));
  return ordered.flatMap((later, index) => {
    const earlier = ordered[index - 1];
    if (earlier === undefined || !isKnownEnough(earlier) || !isKnownEnough(later)) return [];
    const probability = probablyWorse(earlier, later, MARGIN);
    return probability >= CREDIBLE ? [{ version: later.version, than: earlier.version, probability }] : [];
  });
}
