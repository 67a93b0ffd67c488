import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { spin } from './machine';
import { measureRound, totalCpu, VoidRound, type Durations, type Round } from './measure';
import { NotInstalled, type Comparison, type Group, type Probe, type Ratio } from './scenario';
import type { Role, Scenario, Setting } from './scenario';
import type { Target } from './targets';

export interface Measured {
  readonly name: string;
  readonly role: Role;
  readonly clients: number;
  readonly openRate: number;
  readonly rounds: readonly Round[];
}

/** A figure that has a target; lowest and highest over the rounds. */
export interface Verdict {
  readonly id: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly target: Target;
  readonly reached: boolean;
  /** The cases that it comes of; none for a figure that is no case's. */
  readonly of?: string;
  readonly to?: string;
}

/** What became of one group. */
export interface Result {
  readonly group: string;
  readonly cases: readonly Measured[];
  readonly verdicts: readonly Verdict[];
  /** Cases without figures, and why. */
  readonly voids: readonly { readonly name: string; readonly reason: string }[];
  readonly skipped?: string;
  /** The fixed piece of work before each round, in ms. */
  readonly spins: readonly number[];
}

interface Plan extends Durations {
  readonly rounds: number;
  readonly log: (line: string) => void;
}

const metricOf = (round: Round, metric: Ratio['metric']): number =>
  metric === 'cpu' ? totalCpu(round) : round[metric];

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? Number.NaN;

const isReached = (value: number, { atLeast = -Infinity, atMost = Infinity }: Target): boolean =>
  value >= atLeast && value <= atMost;

/** A figure of its rounds; the cases are those of the target where it names any. */
function verdictOf(
  { of, to, ...given }: Target & { readonly of?: string; readonly to?: string },
  values: readonly number[],
): Verdict[] {
  if (values.length === 0) return [];
  const { id, metric, atLeast, atMost, law } = given;
  const target = {
    ...{ id, metric, ...(atLeast !== undefined && { atLeast }), ...(atMost !== undefined && { atMost }) },
    ...(law && { law }),
  };
  const middle = median(values);
  return [
    {
      ...{ id, median: middle, low: Math.min(...values), high: Math.max(...values), target },
      ...{
        reached: isReached(middle, target),
        ...(of !== undefined && { of }),
        ...(to !== undefined && { to }),
      },
    },
  ];
}

/** Ratios are taken within each round, because a round's cases shared the state of the machine. */
function verdictsOf(
  cases: readonly Measured[],
  { ratios, bounds = [] }: Pick<Comparison, 'ratios' | 'bounds'>,
): Verdict[] {
  const roundsOf = (name: string): readonly Round[] => cases.find((one) => one.name === name)?.rounds ?? [];
  return [
    ...ratios.flatMap((ratio) => {
      const others = roundsOf(ratio.to);
      const values = roundsOf(ratio.of).flatMap((round, index) => {
        const other = others[index];
        return other === undefined ? [] : [metricOf(round, ratio.metric) / metricOf(other, ratio.metric)];
      });
      return verdictOf(ratio, values);
    }),
    ...bounds.flatMap((bound) =>
      verdictOf(
        bound,
        roundsOf(bound.of).map((round) => metricOf(round, bound.metric)),
      ),
    ),
  ];
}

/** The rounds of a group's cases as they come, and what was void. */
class Rounds {
  readonly voids: { name: string; reason: string }[] = [];
  readonly spins: number[] = [];
  private readonly byName = new Map<string, Round[]>();

  constructor(
    private readonly group: string,
    private readonly plan: Plan,
  ) {}

  isVoid(name: string): boolean {
    return this.voids.some((one) => one.name === name);
  }

  of(name: string): readonly Round[] {
    return this.byName.get(name) ?? [];
  }

  async measure(scenario: Scenario): Promise<void> {
    const { name } = scenario;
    this.spins.push(spin());
    try {
      const round = await measureRound(scenario, this.plan);
      this.byName.set(name, [...this.of(name), round]);
      const { rate, p50, p99 } = round;
      this.plan.log(
        `${this.group}: ${name}: ${rate.toFixed(0)}/s, ${totalCpu(round).toFixed(0)} µs, p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
      );
    } catch (error) {
      if (!(error instanceof VoidRound)) throw error;
      this.voids.push({ name, reason: error.message });
      this.plan.log(`${this.group}: ${name} is void: ${error.message}`);
    }
  }
}

/** The figures that are no case's, one after the other in each round. */
async function probeAll(probes: readonly Probe[], group: string, plan: Plan): Promise<Verdict[]> {
  const values = new Map(probes.map((probe): [Probe, number[]] => [probe, []]));
  for (let round = 0; round < plan.rounds; round += 1)
    for (const [probe, all] of values) {
      const value = await probe.measure();
      all.push(value);
      plan.log(`${group}: ${probe.id}: ${value.toFixed(2)} ${probe.metric}`);
    }
  return [...values].flatMap(([probe, all]) => verdictOf(probe, all));
}

/** Round after round, each beginning with another case. */
async function rotate(cases: readonly Scenario[], rounds: Rounds, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1)
    for (const index of cases.keys()) {
      const scenario = cases[(index + round) % cases.length];
      if (scenario !== undefined && !rounds.isVoid(scenario.name)) await rounds.measure(scenario);
    }
}

/** Measures a group, unless it lacks a reference. */
export async function runGroup(group: Group, setting: Setting, plan: Plan): Promise<Result> {
  const folder = join(setting.folder, group.name);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  try {
    return await compare(group.name, await group.prepare({ ...setting, folder }), plan);
  } catch (error) {
    if (!(error instanceof NotInstalled)) throw error;
    return { group: group.name, cases: [], verdicts: [], voids: [], spins: [], skipped: error.message };
  }
}

async function compare(group: string, comparison: Comparison, plan: Plan): Promise<Result> {
  const { cases, probes = [], close } = comparison;
  const rounds = new Rounds(group, plan);
  let probed: Verdict[];
  try {
    await rotate(cases, rounds, plan.rounds);
    probed = await probeAll(probes, group, plan);
  } finally {
    await close();
  }
  const { voids, spins } = rounds;
  const measured = cases
    .filter(({ name }) => !rounds.isVoid(name))
    .map(({ name, role, clients, openRate }) => ({ name, role, clients, openRate, rounds: rounds.of(name) }));
  const verdicts = [...verdictsOf(measured, comparison), ...probed];
  return { group, cases: measured, verdicts, voids, spins };
}
