import { closedLoop, openLoop, quantile } from './load';
import { cpuOf, peakMemoryOf } from './processes';
import type { Round } from './run-file';
import type { Scenario, Subject, Worker } from './scenario';

/** A round by itself; how the machine was meanwhile is measured beside it. */
type Figures = Omit<Round, 'spinMs' | 'syncMicroseconds'>;

export interface Durations {
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** A round whose answers were wrong or whose count did not come out: it has no figures. */
export class VoidRound extends Error {}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);

async function closed(
  subject: Subject,
  workers: readonly Worker[],
  { measuredMs, weight }: { readonly measuredMs: number; readonly weight: number },
) {
  const observed = await subject.observe?.();
  await subject.profiler?.start();
  const before = await cpuOf(subject.processes);
  const load = await closedLoop(workers, measuredMs);
  const after = await cpuOf(subject.processes);
  const frames = await subject.profiler?.stop();
  const now = await subject.observe?.();
  const perOperation = (amount: number): number => amount / (load.done * weight);
  return {
    load,
    figures: {
      rate: (load.done * weight) / load.seconds,
      cpu: Object.fromEntries(
        Object.entries(after).map(([name, micros]) => [name, perOperation(micros - (before[name] ?? 0))]),
      ),
      ...(observed && now
        ? {
            walBytes: perOperation(now.walBytes - observed.walBytes),
            commits: perOperation(now.commits - observed.commits),
            ...(Number.isFinite(now.loopDelayMs) && { loopDelayMs: now.loopDelayMs }),
          }
        : {}),
      ...(frames && { frames }),
    },
  };
}

/**
 * One round: fresh processes, a warm-up that is thrown away, the closed loop for what they are capable of, the open
 * loop for latency, and the check of everything that was acknowledged.
 * @throws VoidRound
 */
export async function measureRound(
  scenario: Scenario,
  { warmUpMs, measuredMs }: Durations,
): Promise<Figures> {
  const subject = await scenario.start();
  try {
    const workers = await Promise.all(Array.from({ length: scenario.clients }, () => subject.open()));
    const warmUp = await closedLoop(workers, scenario.warmUpMs ?? warmUpMs, scenario.warmUp);
    const { load, figures } = await closed(subject, workers, { measuredMs, weight: scenario.weight ?? 1 });
    const open = scenario.openRate === 0 ? undefined : await openLoop(workers, scenario.openRate, measuredMs);
    const loads = [warmUp, load, ...(open ? [open] : [])];
    const [error] = loads.flatMap(({ errors }) => errors);
    if (error !== undefined) throw new VoidRound(error);
    if (load.done === 0) throw new VoidRound('no operation ended in time');
    await subject.check(sum(loads.map(({ done }) => done)));
    const { latencies } = open ?? load;
    const times = {
      ...{ p50: quantile(latencies, 0.5), p90: quantile(latencies, 0.9) },
      ...{ p99: quantile(latencies, 0.99), max: quantile(latencies, 1) },
    };
    const peakMiB = await peakMemoryOf(subject.processes);
    await Promise.all(workers.map((worker) => worker.close()));
    return { ...figures, ...times, openLoop: open !== undefined, peakMiB };
  } finally {
    await subject.stop();
  }
}

/** CPU of all process trees together. */
export const totalCpu = ({ cpu }: Pick<Round, 'cpu'>): number => sum(Object.values(cpu));
