import { totalCpu } from './measure';
import type { Measured, Round, Target, Verdict } from './run-file';
import type { Comparison, Ratio } from './scenario';

const metricOf = (round: Round, metric: Ratio['metric']): number =>
  metric === 'cpu' ? totalCpu(round) : round[metric];

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? Number.NaN;

const isReached = (value: number, { atLeast = -Infinity, atMost = Infinity }: Target): boolean =>
  value >= atLeast && value <= atMost;

/** A figure of its rounds, none if there were none; `between` are the cases that it comes of. */
export function verdictOf(
  { id, metric, atLeast, atMost, law }: Target,
  values: readonly number[],
  between: Pick<Verdict, 'of' | 'to'> = {},
): Verdict[] {
  if (values.length === 0) return [];
  const target = { id, metric, atLeast, atMost, law };
  const middle = median(values);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [{ id, median: middle, low, high, target, reached: isReached(middle, target), ...between }];
}

/** Ratios are taken within each round, because a round's cases shared the state of the machine. */
export function verdictsOf(
  cases: readonly Measured[],
  { ratios, bounds = [] }: Pick<Comparison, 'ratios' | 'bounds'>,
): Verdict[] {
  const roundsOf = (name: string): readonly Round[] => cases.find((one) => one.name === name)?.rounds ?? [];
  return [
    ...ratios.flatMap((ratio) => {
      const { of, to, metric } = ratio;
      const others = roundsOf(to);
      const values = roundsOf(of).flatMap((round, index) => {
        const other = others[index];
        return other === undefined ? [] : [metricOf(round, metric) / metricOf(other, metric)];
      });
      return verdictOf(ratio, values, { of, to });
    }),
    ...bounds.flatMap((bound) => {
      const { of, metric } = bound;
      const values = roundsOf(of).map((round) => metricOf(round, metric));
      return verdictOf(bound, values, { of });
    }),
  ];
}
