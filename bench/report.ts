import { totalCpu } from './measure';
import type { Measured, Result, Round, Run, Target, Verdict } from './run-file';
import { shownElsewhere } from './targets';
import { median } from './verdicts';

const digits = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const rounded = value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return rounded.replace(/\B(?=(\d{3})+$)/g, ',');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const middle = (rounds: readonly Round[], of: (round: Round) => number | undefined): string =>
  digits(median(rounds.flatMap((round) => of(round) ?? [])));

const spanOf = (values: readonly number[]): string =>
  values.length < 2 ? '' : `${digits(Math.min(...values))}–${digits(Math.max(...values))}`;

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

const timesOf = (rounds: readonly Round[]): string =>
  [
    middle(rounds, ({ p50 }) => p50),
    middle(rounds, ({ p90 }) => p90),
    middle(rounds, ({ p99 }) => p99),
    middle(rounds, ({ max }) => max),
  ].join(' / ');

const CASE_HEAD = [
  ...[
    'case',
    'per second',
    'span',
    'CPU µs',
    'p50 / p90 / p99 / max ms',
    'WAL B',
    'commits',
    'loop ms',
    'MiB',
  ],
];

const caseRow = ({ name, role, clients, rounds }: Measured): string[] => [
  `${name} (${role === 'ours' ? '' : `${role}, `}${clients === 1 ? '1 client' : `${clients} clients`})`,
  ...[middle(rounds, ({ rate }) => rate), spanOf(rounds.map(({ rate }) => rate))],
  `${middle(rounds, totalCpu)}${split(rounds)}`,
  timesOf(rounds),
  ...[middle(rounds, ({ walBytes }) => walBytes), middle(rounds, ({ commits }) => commits)],
  ...[middle(rounds, ({ loopDelayMs }) => loopDelayMs), middle(rounds, ({ peakMiB }) => peakMiB)],
];

export const boundOf = ({ atLeast, atMost }: Target): string =>
  atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';

const unitOf = ({ metric }: Target): string =>
  ['s', 'MiB', 'per second'].includes(metric) ? ` ${metric}` : '';

/** How far beyond its target a figure is, or how far from it. */
function marginOf({ median: value, target: { atLeast, atMost }, reached }: Verdict): string {
  const bound = atLeast ?? atMost;
  if (bound === undefined) return '';
  const factor = Math.max(value / bound, bound / value);
  return `${reached ? 'met' : '**not met**'}, ${digits(factor)} ×`;
}

const verdictRow = (verdict: Verdict): string[] => {
  const { target, median: value, low, high } = verdict;
  return [
    target.id,
    boundOf(target),
    `${digits(value)}${unitOf(target)}`,
    spanOf([low, high]),
    marginOf(verdict),
  ];
};

function targetsOf(results: readonly Result[]): string {
  const rows = results.flatMap(({ verdicts }) => verdicts.map(verdictRow));
  if (rows.length === 0) return '';
  const others = shownElsewhere.map(([target, by]) => [target, '', by, '', '']);
  return `${table(['target', 'aim', 'measured', 'span', ''], [...rows, ...others])}\n`;
}

export function framesOf({ cases }: Result): string {
  const lines = cases.flatMap(({ name, rounds }) =>
    Object.entries(rounds.at(-1)?.frames ?? {}).flatMap(([process, frames]) => [
      `\n${name}, ${process}:\n`,
      ...frames.map(({ where, share }) => `- ${(share * 100).toFixed(1)} % ${where}`),
    ]),
  );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function section(result: Result): string {
  const { group, cases, voids, skipped } = result;
  if (skipped !== undefined) return `**${group}** was skipped: ${skipped}.\n`;
  return [
    ...(cases.length === 0 ? [] : [`**${group}**\n`, table(CASE_HEAD, cases.map(caseRow)), '']),
    ...voids.map(({ name, reason }) => `**${group}**: ${name} is void, and so has no figures: ${reason}\n`),
  ].join('\n');
}

/** The run as a page: medians over the rounds with their span, the targets first, then the cases of each group. */
export function toMarkdown({ machine, params, results }: Run): string {
  const { commit, at, cores, memoryGiB, node, syncMicroseconds } = machine;
  const rounds = results.flatMap(({ cases }) => cases.flatMap((one) => one.rounds));
  const noise =
    rounds.length === 0
      ? ''
      : ` Before each round a fixed piece of work took ${spanOf(rounds.map(({ spinMs }) => spinMs))} ms and a synced write ${spanOf(rounds.map((round) => round.syncMicroseconds))} µs: where they differ, others used the machine too.`;
  const minutes = results.reduce((sum, result) => sum + result.minutes, 0);
  return [
    `Commit \`${commit}\`, ${at.slice(0, 10)}: ${cores} cores, ${memoryGiB} GiB, Node ${node}, one synced write ${syncMicroseconds} µs; size ${params.size}, rounds: ${params.rounds}, of ${params.seconds} s each; ${minutes.toFixed(0)} minutes in all.${noise}\n`,
    targetsOf(results),
    ...results.map(section),
  ].join('\n');
}
