import { z } from 'zod';
import { inspectable, type Inspected, type Thread } from './inspector';

/** Watches all threads of some processes while they are under load. */
export interface Profiler {
  readonly start: () => Promise<void>;
  /** The frames with the most time of their own, by process. */
  readonly stop: () => Promise<Record<string, Frame[]>>;
}

interface Frame {
  readonly where: string;
  /** Of the process's busy time. */
  readonly share: number;
}

const MOST_FRAMES = 10;
const profileSchema = z.object({
  profile: z.object({
    nodes: z.array(
      z.object({
        id: z.int(),
        callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
      }),
    ),
    samples: z.array(z.int()),
    timeDeltas: z.array(z.int()),
  }),
});

const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Adds the time that each frame of a thread took by itself. */
function addTimes(answer: unknown, times: Map<string, number>): void {
  const { nodes, samples, timeDeltas } = profileSchema.parse(answer).profile;
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      url === ''
        ? functionName
        : `${functionName || 'anonymous'} ${url.replace(/^.*\/(?=dist|node_modules)/, '')}:${lineNumber + 1}`,
    ]),
  );
  samples.forEach((sample, index) => {
    const name = names.get(sample) ?? '';
    if (!IDLE.has(name)) times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
}

async function framesOf(threads: readonly Thread[]): Promise<Frame[]> {
  const times = new Map<string, number>();
  for (const thread of threads) addTimes(await thread.call('Profiler.stop'), times);
  const busy = [...times].sort((a, b) => b[1] - a[1]);
  const all = busy.reduce((sum, [, time]) => sum + time, 0);
  return busy.slice(0, MOST_FRAMES).map(([where, time]) => ({ where, share: time / all }));
}

/** A profiler of processes that are yet to be started, and the variables that let it in. */
export async function profilerOf(
  names: readonly string[],
): Promise<{ profiler: Profiler; variables: Record<string, Record<string, string>> }> {
  const { variables, connect } = await inspectable(names);
  let open: readonly { name: string; process: Inspected; threads: Thread[] }[] = [];
  return {
    variables,
    profiler: {
      start: async () => {
        open = await Promise.all(
          (await connect()).map(async ([name, process]) => {
            const threads = [process, ...(await process.workers())];
            return { name, process, threads };
          }),
        );
        for (const thread of open.flatMap(({ threads }) => threads)) {
          await thread.call('Profiler.enable');
          await thread.call('Profiler.start');
        }
      },
      stop: async () => {
        const frames: Record<string, Frame[]> = {};
        for (const { name, process, threads } of open) {
          frames[name] = await framesOf(threads);
          process.close();
        }
        return frames;
      },
    },
  };
}
