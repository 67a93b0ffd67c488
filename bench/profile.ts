import { z } from 'zod';
import { freePort } from '@loam/embedded';
import { WebSocket } from 'undici';

/** Watches the main threads of some processes while they are under load. */
export interface Profiler {
  readonly start: () => Promise<void>;
  /** The frames with the most time of their own, by process. */
  readonly stop: () => Promise<Readonly<Record<string, readonly Frame[]>>>;
}

export interface Frame {
  readonly where: string;
  /** Of the process's busy time. */
  readonly share: number;
}

const MOST_FRAMES = 10;
const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const answerSchema = z.object({ id: z.int(), result: z.unknown() });
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

function framesOf(answer: unknown): Frame[] {
  const { nodes, samples, timeDeltas } = profileSchema.parse(answer).profile;
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      url === ''
        ? functionName
        : `${functionName || 'anonymous'} ${url.replace(/^.*\/(?=dist|node_modules)/, '')}:${lineNumber + 1}`,
    ]),
  );
  const times = new Map<string, number>();
  samples.forEach((sample, index) => {
    const name = names.get(sample) ?? '';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const busy = [...times].filter(([name]) => !IDLE.has(name)).sort((a, b) => b[1] - a[1]);
  const all = busy.reduce((sum, [, time]) => sum + time, 0);
  return busy.slice(0, MOST_FRAMES).map(([where, time]) => ({ where, share: time / all }));
}

/** One process whose inspector listens on a port. */
class Inspected {
  private constructor(private readonly socket: WebSocket) {}

  static async connect(port: number): Promise<Inspected> {
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    const url = targetsSchema.parse(targets)[0]?.webSocketDebuggerUrl ?? '';
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    return new Inspected(socket);
  }

  call(id: number, method: string): Promise<unknown> {
    return new Promise((resolve) => {
      const listen = ({ data }: { data: unknown }): void => {
        const answer = answerSchema.safeParse(JSON.parse(String(data)));
        if (!answer.success || answer.data.id !== id) return;
        this.socket.removeEventListener('message', listen);
        resolve(answer.data.result);
      };
      this.socket.addEventListener('message', listen);
      this.socket.send(JSON.stringify({ id, method }));
    });
  }

  close(): void {
    this.socket.close();
  }
}

/** A profiler of processes that are yet to be started, and the variables that let it in. */
export async function profilerOf(
  names: readonly string[],
): Promise<{ profiler: Profiler; variables: Record<string, Record<string, string>> }> {
  const ports = await Promise.all(names.map(async (name) => [name, await freePort()] as const));
  let open: readonly (readonly [string, Inspected])[] = [];
  return {
    variables: Object.fromEntries(
      ports.map(([name, port]) => [name, { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` }]),
    ),
    profiler: {
      start: async () => {
        open = await Promise.all(
          ports.map(async ([name, port]) => [name, await Inspected.connect(port)] as const),
        );
        for (const [, process] of open) {
          await process.call(1, 'Profiler.enable');
          await process.call(2, 'Profiler.start');
        }
      },
      stop: async () => {
        const frames = await Promise.all(
          open.map(async ([name, process]) => {
            const result = framesOf(await process.call(3, 'Profiler.stop'));
            process.close();
            return [name, result] as const;
          }),
        );
        return Object.fromEntries(frames);
      },
    },
  };
}
