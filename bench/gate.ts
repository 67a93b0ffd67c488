import { boundOf } from './report';
import type { Run, Verdict } from './run-file';

/** CPU per operation may be so much worse than its target: noise moves it less than anything else but counts. */
const MARGIN = 1.25;

type Size = Run['params']['size'];

/** A law holds everywhere; CPU is looked at where all is measured; times and rates of a shared machine are not. */
const isGated = ({ target }: Verdict, size: Size): boolean =>
  target.law === true || (size === 'full' && target.metric === 'cpu');

function isBroken({ median, target, reached }: Verdict): boolean {
  if (reached) return false;
  if (target.law === true) return true;
  const { atLeast = -Infinity, atMost = Infinity } = target;
  return median < atLeast / MARGIN || median > atMost * MARGIN;
}

/** What keeps a run from counting as good: a broken law, CPU beyond its margin, a void, in CI a missing reference. */
export const failuresOf = ({ params, results }: Run, inCi: boolean): string[] =>
  results.flatMap(({ group, verdicts, voids, skipped }) => [
    ...verdicts
      .filter((verdict) => isGated(verdict, params.size) && isBroken(verdict))
      .map(
        ({ id, median, target }) =>
          `${group}: ${id} is ${median.toPrecision(3)}, and should be ${boundOf(target)}`,
      ),
    ...voids.map(({ name, reason }) => `${group}: ${name} is void: ${reason}`),
    ...(skipped !== undefined && inCi ? [`${group}: skipped: ${skipped}`] : []),
  ]);

/** How many cases and gated figures are as they should be. */
export const passedIn = ({ params, results }: Run): number =>
  results.flatMap(({ cases, verdicts }) => [
    ...cases,
    ...verdicts.filter((verdict) => isGated(verdict, params.size) && !isBroken(verdict)),
  ]).length;
