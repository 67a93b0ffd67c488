import { totalCpu, type Round } from './measure';
import type { Report } from './report';
import { median, type Measured } from './run';

const figuresOf = (round: Round) => ({
  ...{ eps: round.rate, p50: round.p50, p99: round.p99, open_loop: round.openLoop, errors: 0 },
  ...{ cpu_us: { ...round.cpu, total: totalCpu(round) }, wal_b: round.walBytes, commits: round.commits },
  ...{ loop_p99_ms: round.loopDelayMs, peak_mib: round.peakMiB },
});

function caseOf(group: string, { name, role, clients, openRate, rounds }: Measured) {
  const each = (of: (round: Round) => number) => rounds.map(of);
  const summary = (take: (numbers: readonly number[]) => number) => ({
    ...{ eps: take(each(({ rate }) => rate)), p50: take(each(({ p50 }) => p50)) },
    ...{ p99: take(each(({ p99 }) => p99)), cpu_us: take(each(totalCpu)) },
  });
  return {
    ...{ group, name, role, clients, open_rate: openRate, rounds: rounds.map(figuresOf) },
    ...{ median: summary(median), min: summary((all) => Math.min(...all)) },
    max: summary((all) => Math.max(...all)),
  };
}

/** The run as a file: every round, its ratios with their targets, and what was void. A void case has no figures. */
export function toJson({ schema, machine, params, results }: Report): unknown {
  const { commit, at, cores, memoryGiB, node, fdatasyncMicroseconds } = machine;
  return {
    ...{ schema, commit, at, params },
    machine: { cores, mem_gib: memoryGiB, node, fdatasync_us: fdatasyncMicroseconds },
    cases: results.flatMap(({ group, cases }) => cases.map((one) => caseOf(group, one))),
    ratios: results.flatMap(({ group, verdicts }) =>
      verdicts.map(({ id, of, to, median: middle, low, high, target, reached }) => ({
        ...{ group, id, num: of ?? null, den: to ?? null, metric: target.metric, median: middle },
        ...{ lo: low, hi: high, target, pass: reached },
      })),
    ),
    void: results.flatMap(({ group, voids }) => voids.map((one) => ({ group, ...one }))),
    skipped: results.flatMap(({ group, skipped }) =>
      skipped === undefined ? [] : [{ group, reason: skipped }],
    ),
    spins_ms: results.flatMap(({ group, spins }) => ({ group, spins })),
  };
}
