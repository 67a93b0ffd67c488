import type { Place } from '@loam/capture';
import { type Done, wordsOf } from './steps';

/** Something that failed and was overcome in the end. */
export interface Episode {
  readonly failures: readonly Done[];
  /** What was done between, and did something: in its order, without what was done twice. */
  readonly fixes: readonly Done[];
  /** Looks that came shortly before the end. */
  readonly showed: readonly Done[];
  /** What passed in the end; undefined where only the fixes tell it. */
  readonly passed: Done | undefined;
}

const sameCommand = (a: string, b: string): boolean => a.trim() === b.trim();

/** A command that asks for the same in other words: most of the words of the shorter one are in the other. */
function isVariant(failed: ReadonlySet<string>, passed: string): boolean {
  const [a, b] = [failed, new Set(wordsOf(passed))];
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared >= 2 && shared / Math.min(a.size, b.size) >= 0.6;
}

const unique = (steps: readonly Done[]): Done[] =>
  steps.filter(
    (step, i) =>
      steps.findIndex(
        ({ call }) => call.target === step.call.target && call.change?.after === step.call.change?.after,
      ) === i,
  );

const LOOKS_KEPT = 3;

function between(done: readonly Done[], from: number, to: number): Pick<Episode, 'fixes' | 'showed'> {
  const passed = done.slice(from + 1, to).filter(({ outcome }) => outcome === 'passed');
  return {
    fixes: unique(passed.filter(({ is }) => is !== 'look')),
    showed: unique(passed.filter(({ is, call }) => is === 'look' && call.tool === 'Bash')).slice(-LOOKS_KEPT),
  };
}

/** How many steps later another wording of a command is still taken for an answer to it. */
const VARIANT_WITHIN = 100;

/** The place in `done` of what passed in the end of what failed first at `from`. */
function endOf(done: readonly Done[], from: number): number {
  const target = done[from]?.call.target ?? '';
  const passes = (most: number, like: (passed: string) => boolean): number =>
    done.findIndex(
      ({ call, outcome, is }, i) =>
        i > from && i <= from + most && outcome === 'passed' && is === 'command' && like(call.target),
    );
  const same = passes(Infinity, (passed) => sameCommand(target, passed));
  const words = new Set(wordsOf(target));
  return same === -1 ? passes(VARIANT_WITHIN, (passed) => isVariant(words, passed)) : same;
}

/** What failed at the same command, or while trying to overcome it. */
function commandEpisode(done: readonly Done[], from: number): { episode: Episode; end: number } | undefined {
  const end = endOf(done, from);
  const passed = done[end];
  if (passed === undefined) return undefined;
  const failures = done
    .slice(from, end)
    .filter(
      ({ outcome, is, call }, i) =>
        outcome === 'failed' && (is === 'command' || (i > 0 && is === 'change' && call.target !== '')),
    );
  return { episode: { failures, ...between(done, from, end), passed }, end };
}

/** Each command that failed, with how it passed in the end; those that never did are left out. */
export function commandEpisodes(done: readonly Done[]): Episode[] {
  const episodes: Episode[] = [];
  let next = 0;
  for (const [at, { outcome, is }] of done.entries()) {
    if (at < next || outcome !== 'failed' || is !== 'command') continue;
    const found = commandEpisode(done, at);
    if (found === undefined) continue;
    episodes.push(found.episode);
    next = found.end + 1;
  }
  return episodes;
}

/** Files whose change failed again and again, with what let it through in the end. */
export function editEpisodes(done: readonly Done[], paths: ReadonlySet<string>): Episode[] {
  return [...paths].flatMap((path): Episode[] => {
    const tries = done.flatMap((step, i) =>
      step.is === 'change' && step.call.target === path ? [{ step, i }] : [],
    );
    const failed = tries.filter(({ step }) => step.outcome === 'failed');
    const last = failed.at(-1)?.i ?? -1;
    const end = tries.find(({ step, i }) => i > last && step.outcome === 'passed')?.i ?? done.length;
    const found = between(done, failed[0]?.i ?? -1, end);
    const passed = done[end];
    if (failed.length === 0 || (passed === undefined && found.fixes.length === 0)) return [];
    return [{ failures: failed.map(({ step }) => step), ...found, passed }];
  });
}

/** What failed last before `at`, and what was done after it: for somebody who says that it is worth keeping. */
export function lastEpisode(done: readonly Done[], at: number): Episode | undefined {
  const before = done.filter((step) => step.at < at);
  const from = before.findLastIndex(({ outcome, is }) => outcome === 'failed' && is !== 'look');
  const first = before.findIndex(({ outcome, is }) => outcome === 'failed' && is !== 'look');
  if (from === -1) return undefined;
  const { fixes, showed } = between(before, from, before.length);
  const passed = fixes.findLast(({ is }) => is === 'command') ?? fixes.at(-1);
  if (passed === undefined) return undefined;
  const failures = before
    .slice(first, from + 1)
    .filter(({ outcome, is }) => outcome === 'failed' && is !== 'look');
  return { failures, fixes: fixes.filter((step) => step !== passed), showed, passed };
}

/** The places of an episode that are shown to a reviewer. */
export const placesOf = ({ failures, fixes, showed, passed }: Episode): Place[] =>
  [...failures, ...fixes, ...showed, ...(passed === undefined ? [] : [passed])].map(
    ({ call: { uuid, offset } }) => ({
      uuid,
      offset,
    }),
  );
