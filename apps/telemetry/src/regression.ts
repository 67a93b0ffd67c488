import { compare } from 'semver';
import { probablyWorse, type Outcomes } from './success-rate';

/** Invocations of known outcome that each version must have. */
const LEAST = 20;
/** Less than this is no regression, however certain. */
export const MARGIN = 0.05;
const CREDIBLE = 0.95;
/** What was a regression stays one until it is this improbable, so that chance alone does not tell of it again and again. */
const DOUBTFUL = 0.8;

export interface VersionOutcomes extends Outcomes {
  readonly version: string;
}

/** A version and the one before it, by order of precedence. */
interface Pair {
  readonly earlier: VersionOutcomes;
  readonly later: VersionOutcomes;
}

export interface Regression {
  readonly version: string;
  readonly than: string;
  readonly probability: number;
  readonly earlier: Outcomes;
  readonly later: Outcomes;
}

const isKnownEnough = ({ successes, others }: Outcomes): boolean => successes + others >= LEAST;
const meanOf = ({ successes, others }: Outcomes): number => (1 + successes) / (2 + successes + others);
const countsOf = ({ successes, others }: Outcomes): Outcomes => ({ successes, others });

/** The neighbours of which enough is known. */
function pairsOf(versions: readonly VersionOutcomes[]): Pair[] {
  const ordered = versions.toSorted((a, b) => compare(a.version, b.version));
  return ordered.flatMap((later, index) => {
    const earlier = ordered[index - 1];
    const known = earlier !== undefined && isKnownEnough(earlier) && isKnownEnough(later);
    return known ? [{ earlier, later }] : [];
  });
}

const compared = ({ earlier, later }: Pair): Regression => ({
  ...{ version: later.version, than: earlier.version, probability: probablyWorse(earlier, later, MARGIN) },
  ...{ earlier: countsOf(earlier), later: countsOf(later) },
});

/** The versions that credibly succeed less often than the one before them. */
export const regressionsOf = (versions: readonly VersionOutcomes[]): Regression[] =>
  pairsOf(versions)
    // Where the means differ by less, the probability is nowhere near, and it is costly to tell exactly.
    .filter(({ earlier, later }) => meanOf(earlier) - meanOf(later) > MARGIN)
    .map(compared)
    .filter(({ probability }) => probability >= CREDIBLE);

/** Versions that were told to be regressions. */
type Told = Pick<Regression, 'version' | 'than'>;

interface Cleared extends Told {
  readonly reason: 'recovered' | 'superseded';
  readonly probability: number | null;
}

/** What has to be told, given what was told before: each crossing once. */
export function regressionNews(
  told: readonly Told[],
  versions: readonly VersionOutcomes[],
): { readonly detected: readonly Regression[]; readonly cleared: readonly Cleared[] } {
  const pairs = pairsOf(versions);
  const isSame = (a: Told, b: Told): boolean => a.version === b.version && a.than === b.than;
  const cleared = told.flatMap(({ version, than }): Cleared[] => {
    const pair = pairs.find(({ earlier, later }) => later.version === version && earlier.version === than);
    if (pair === undefined) return [{ version, than, reason: 'superseded', probability: null }];
    const { probability } = compared(pair);
    return probability < DOUBTFUL ? [{ version, than, reason: 'recovered', probability }] : [];
  });
  const detected = regressionsOf(versions).filter((found) => !told.some((each) => isSame(each, found)));
  return { detected, cleared };
}
