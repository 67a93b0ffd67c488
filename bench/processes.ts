import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** The kernel counts in hundredths of a second (USER_HZ) on every Linux that Node runs on. */
const TICK_MICROSECONDS = 10_000;

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Of the process and of its children that have ended. */
  readonly cpuMicroseconds: number;
}

// proc(5): the name, which may contain anything, is in parentheses; the state and the parent come after it.
async function factsOf(pid: number): Promise<ProcessFacts | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), cpuMicroseconds: ticks * TICK_MICROSECONDS };
}

async function allProcesses(): Promise<ProcessFacts[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(factsOf))).flatMap((facts) => facts ?? []);
}

function treeOf(root: number, all: readonly ProcessFacts[]): ProcessFacts[] {
  const tree = all.filter(({ pid }) => pid === root);
  for (const one of tree) tree.push(...all.filter(({ parent }) => parent === one.pid));
  return tree;
}

type Roots = Readonly<Record<string, number>>;

/** CPU time so far, user and system, of each tree in µs. */
export async function cpuOf(roots: Roots): Promise<Record<string, number>> {
  const all = await allProcesses();
  return Object.fromEntries(
    Object.entries(roots).map(([name, root]) => [
      name,
      treeOf(root, all).reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0),
    ]),
  );
}

const LOOK_MS = 500;
const LOOKS = 120;

/** Resolves when the trees have taken next to nothing for a second: what they do after their start is not measured. */
export async function untilIdle(roots: Roots): Promise<void> {
  const spent = async (): Promise<number> =>
    Object.values(await cpuOf(roots)).reduce((sum, micros) => sum + micros, 0);
  let before = await spent();
  let quiet = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    await delay(LOOK_MS);
    const now = await spent();
    quiet = now - before < LOOK_MS * 50 ? quiet + 1 : 0;
    if (quiet === 2) return;
    before = now;
  }
}

/** The most memory that the trees held at any time since they started, in MiB, pages that they share counted again. */
export async function peakMemoryOf(roots: Roots): Promise<number> {
  const all = await allProcesses();
  const pids = Object.values(roots).flatMap((root) => treeOf(root, all).map(({ pid }) => pid));
  const peaks = pids.map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  });
  return (await Promise.all(peaks)).reduce((sum, peak) => sum + peak, 0);
}
