import type { Machine } from './machine';
import { totalCpu, type Round } from './measure';
import { median, type Measured, type Result, type Verdict } from './run';
import type { Setting } from './scenario';
import type { Target } from './targets';

/** A whole run, as it is written to a file. */
export interface Report {
  readonly schema: 1;
  readonly machine: Machine;
  readonly params: { readonly size: Setting['size']; readonly rounds: number; readonly seconds: number };
  readonly results: readonly Result[];
}

const digits = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const rounded = value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return rounded.replace(/\B(?=(\d{3})+$)/g, ',');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const middle = (rounds: readonly Round[], of: (round: Round) => number | undefined): string =>
  digits(median(rounds.flatMap((round) => of(round) ?? [])));

/** The trees that take at least a hundredth, the largest first. */
function split(rounds: readonly Round[]): string {
  const names = [...new Set(rounds.flatMap(({ cpu }) => Object.keys(cpu)))];
  const total = median(rounds.map(totalCpu));
  const parts = names
    .map((name) => ({ name, cpu: median(rounds.map(({ cpu }) => cpu[name] ?? 0)) }))
    .filter(({ cpu }) => cpu >= total / 100)
    .sort((a, b) => b.cpu - a.cpu);
  return parts.length < 2 ? '' : ` (${parts.map(({ name, cpu }) => `${name} ${digits(cpu)}`).join(', ')})`;
}

function caseRow({ name, role, clients, rounds }: Measured): string[] {
  const rates = rounds.map(({ rate }) => rate);
  return [
    ...[name, role, String(clients)],
    `${digits(median(rates))} (${digits(Math.min(...rates))}–${digits(Math.max(...rates))})`,
    `${middle(rounds, totalCpu)}${split(rounds)}`,
    `${middle(rounds, ({ p50 }) => p50)} / ${middle(rounds, ({ p99 }) => p99)}`,
    ...[middle(rounds, ({ walBytes }) => walBytes), middle(rounds, ({ commits }) => commits)],
    ...[middle(rounds, ({ loopDelayMs }) => loopDelayMs), middle(rounds, ({ peakMiB }) => peakMiB)],
  ];
}

const CASE_HEAD = [
  ...['case', 'role', 'clients', 'per second', 'CPU µs', 'p50 / p99 ms', 'WAL B', 'commits'],
  ...['loop p99 ms', 'peak MiB'],
];

const boundOf = ({ atLeast, atMost }: Target): string =>
  atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';

const verdictRow = ({ id, median, low, high, target, reached }: Verdict): string[] => [
  ...[id, target.metric, `${digits(median)} (${digits(low)}–${digits(high)})`, boundOf(target)],
  boundOf(target) === '' ? '' : reached ? 'met' : '**not met**',
];

function framesOf({ cases }: Result): string {
  const lines = cases.flatMap(({ name, rounds }) =>
    Object.entries(rounds.at(-1)?.frames ?? {}).flatMap(([process, frames]) => [
      `\n${name}, ${process}:\n`,
      ...frames.map(({ where, share }) => `- ${(share * 100).toFixed(1)} % ${where}`),
    ]),
  );
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

function section(result: Result): string {
  const { group, cases, verdicts, voids, skipped } = result;
  if (skipped !== undefined) return `### ${group}\n\nSkipped: ${skipped}.\n`;
  return [
    `### ${group}\n`,
    ...(cases.length === 0 ? [] : [table(CASE_HEAD, cases.map(caseRow)), '']),
    ...(verdicts.length === 0
      ? []
      : [table(['figure', 'metric', 'median (span)', 'target', ''], verdicts.map(verdictRow)), '']),
    ...voids.map(({ name, reason }) => `Void, and so without figures: ${name}: ${reason}\n`),
    framesOf(result),
  ].join('\n');
}

/** The report as a page: medians over the rounds, the span in brackets. */
export function toMarkdown({ machine, params, results }: Report): string {
  const { commit, at, cores, memoryGiB, node, fdatasyncMicroseconds } = machine;
  const spins = results.flatMap((result) => result.spins);
  const noise =
    spins.length === 0
      ? ''
      : ` A fixed piece of work took ${digits(Math.min(...spins))} to ${digits(Math.max(...spins))} ms: where that differs, others used the machine too.`;
  return [
    `Commit \`${commit}\`, ${at.slice(0, 10)}: ${cores} cores, ${memoryGiB} GiB, Node ${node}, one synced write ${fdatasyncMicroseconds} µs; size ${params.size}, ${params.rounds} rounds of ${params.seconds} s.${noise}\n`,
    ...results.map(section),
  ].join('\n');
}

/** CPU per operation may be so much worse than its target: noise moves it less than anything else but counts. */
const MARGIN = 1.25;

/** Whether a figure keeps a run from counting as good; times and rates of a shared machine do not. */
function isBroken({ median, target, reached }: Verdict, size: Size): boolean {
  if (reached) return false;
  if (target.law === true) return true;
  if (size === 'ci' || target.metric !== 'cpu') return false;
  const { atLeast = -Infinity, atMost = Infinity } = target;
  return median < atLeast / MARGIN || median > atMost * MARGIN;
}

type Size = Report['params']['size'];

/** What keeps a run from counting as good: a broken law, CPU beyond its margin, a void, in CI a missing reference. */
export const failuresOf = ({ params, results }: Report, inCi: boolean): string[] =>
  results.flatMap(({ group, verdicts, voids, skipped }) => [
    ...verdicts
      .filter((verdict) => isBroken(verdict, params.size))
      .map(
        ({ id, median, target }) => `${group}: ${id} is ${digits(median)}, and should be ${boundOf(target)}`,
      ),
    ...voids.map(({ name, reason }) => `${group}: ${name} is void: ${reason}`),
    ...(skipped !== undefined && inCi ? [`${group}: skipped: ${skipped}`] : []),
  ]);

/** How many cases and gated figures are as they should be. */
export const passedIn = ({ params, results }: Report): number =>
  results.flatMap(({ cases, verdicts }) => [
    ...cases,
    ...verdicts.filter(
      (verdict) =>
        (verdict.target.law === true || (params.size === 'full' && verdict.target.metric === 'cpu')) &&
        !isBroken(verdict, params.size),
    ),
  ]).length;
