import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { spin, syncTime } from './machine';
import { measureRound, totalCpu, VoidRound, type Durations } from './measure';
import type { Result, Round, Verdict } from './run-file';
import { NotInstalled, type Comparison, type Group, type Probe } from './scenario';
import type { Scenario, Setting } from './scenario';
import { verdictOf, verdictsOf } from './verdicts';

interface Plan extends Durations {
  readonly rounds: number;
  readonly log: (line: string) => void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The rounds of a group's cases as they come, and what was void. */
class Rounds {
  readonly voids: { name: string; reason: string }[] = [];
  private readonly byName = new Map<string, Round[]>();

  constructor(
    private readonly folder: string,
    private readonly plan: Plan,
  ) {}

  isVoid(name: string): boolean {
    return this.voids.some((one) => one.name === name);
  }

  of(name: string): Round[] {
    return this.byName.get(name) ?? [];
  }

  async measure(scenario: Scenario): Promise<void> {
    const { name } = scenario;
    const machine = { spinMs: spin(), syncMicroseconds: await syncTime(this.folder) };
    try {
      const round = { ...(await measureRound(scenario, this.plan)), ...machine };
      this.byName.set(name, [...this.of(name), round]);
      const { rate, p50, p99 } = round;
      this.plan.log(
        `${name}: ${rate.toFixed(0)}/s, ${totalCpu(round).toFixed(0)} µs, p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
      );
    } catch (error) {
      if (!(error instanceof VoidRound)) throw error;
      this.voids.push({ name, reason: error.message });
      this.plan.log(`${name} is void: ${error.message}`);
    }
  }
}

/** The figures that are no case's, one after the other in each round. */
async function probeAll(probes: readonly Probe[], { rounds, log }: Plan): Promise<Verdict[]> {
  const values = new Map(probes.map((probe): [Probe, number[]] => [probe, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [probe, all] of values) {
      const value = await probe.measure();
      all.push(value);
      log(`${probe.id}: ${value.toFixed(2)} ${probe.metric}`);
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

type Outcome = Omit<Result, 'group' | 'minutes'>;

async function compare(comparison: Comparison, folder: string, plan: Plan): Promise<Outcome> {
  const { cases, probes = [], close } = comparison;
  const rounds = new Rounds(folder, plan);
  let probed: Verdict[];
  try {
    await rotate(cases, rounds, plan.rounds);
    probed = await probeAll(probes, plan);
  } finally {
    await close();
  }
  const measured = cases
    .filter(({ name }) => !rounds.isVoid(name))
    .map(({ name, role, clients, openRate }) => ({ name, role, clients, openRate, rounds: rounds.of(name) }));
  return {
    ...{ cases: measured, voids: rounds.voids },
    verdicts: [...verdictsOf(measured, comparison), ...probed],
  };
}

async function outcomeOf(group: Group, setting: Setting, plan: Plan): Promise<Outcome> {
  const nothing = { cases: [], verdicts: [], voids: [] };
  try {
    return await compare(await group.prepare(setting), setting.folder, plan);
  } catch (error) {
    if (error instanceof NotInstalled) return { ...nothing, skipped: error.message };
    // The groups after it have figures all the same.
    plan.log(`failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    return { ...nothing, voids: [{ name: 'the group', reason: reasonOf(error) }] };
  }
}

/** Measures a group, unless it lacks a reference. */
export async function runGroup(group: Group, setting: Setting, plan: Plan): Promise<Result> {
  const began = performance.now();
  const folder = join(setting.folder, group.name);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const log = (line: string): void => plan.log(`${group.name}: ${line}`);
  const outcome = await outcomeOf(group, { ...setting, folder }, { ...plan, log });
  const minutes = (performance.now() - began) / 60_000;
  return { group: group.name, minutes, ...outcome };
}
