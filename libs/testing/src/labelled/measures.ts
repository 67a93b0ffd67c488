/** What is true of one sample and what was said of it. */
export interface Judgement {
  readonly expected: boolean;
  readonly found: boolean;
}

export interface PrecisionRecall {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  /** Of what was found, how much is right; 1 when nothing was found. */
  readonly precision: number;
  /** Of what is there, how much was found; 1 when nothing is there. */
  readonly recall: number;
  /** Of what is not there, how much was found all the same; 0 when all is there. */
  readonly falsePositiveRate: number;
}

/** Counts of right and wrong, and the shares that follow from them, each from 0 to 1. */
export function precisionRecall(judgements: readonly Judgement[]): PrecisionRecall {
  const count = (expected: boolean, found: boolean) =>
    judgements.filter((one) => one.expected === expected && one.found === found).length;
  const truePositives = count(true, true);
  const falsePositives = count(false, true);
  const falseNegatives = count(true, false);
  const trueNegatives = count(false, false);
  const share = (part: number, rest: number, ofNothing: number) =>
    part + rest === 0 ? ofNothing : part / (part + rest);
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives,
    precision: share(truePositives, falsePositives, 1),
    recall: share(truePositives, falseNegatives, 1),
    falsePositiveRate: share(falsePositives, trueNegatives, 0),
  };
}

const gain = (relevance: number, rank: number) => (2 ** relevance - 1) / Math.log2(rank + 2);
const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0);

/**
 * Normalised discounted cumulative gain of the first `k` of `ranked`, from 0 to 1: gain 2^relevance - 1, discount
 * log2(place + 1), divided by that of the best possible order (Burges et al. 2005). An id that `relevance` does not
 * name has relevance 0; an id that comes twice counts once.
 */
export function ndcgAt(
  k: number,
  ranked: readonly string[],
  relevance: Readonly<Record<string, number>>,
): number {
  const found = [...new Set(ranked)].slice(0, k).map((id, rank) => gain(relevance[id] ?? 0, rank));
  const best = Object.values(relevance)
    .toSorted((left, right) => right - left)
    .slice(0, k)
    .map(gain);
  const ideal = sum(best);
  if (ideal === 0) throw new RangeError('nDCG needs at least one relevant item');
  return sum(found) / ideal;
}
