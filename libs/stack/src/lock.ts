import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { startOf } from '@loam/embedded';
import { hasCode } from './files';

/** The folder belongs to a launcher that is still running. */
export class AlreadyRunning extends Error {
  constructor(
    readonly home: string,
    readonly pid: number,
  ) {
    super(`Loam is already running in ${home} (process ${pid}).`);
  }
}

/** The right to use a folder. */
export interface Lock {
  /** Whether the last holder ended without giving it back, so that what it started may be about to end only now. */
  readonly afterCrash: boolean;
  release(): Promise<void>;
}

const RELEASED = 'released';
const NAME = /^lock\.(\d+)$/;

/**
 * Takes the folder for this process, and makes it if it is missing. A holder that has died does not count.
 *
 * The lock is the symbolic link `lock.<number>` with the highest number: made in one step together with its content,
 * the id and the start of a process, and only if nobody else has made it. Who takes over makes the next number, and
 * only then removes the lower ones; the highest never goes away, so no two processes can take over the same one.
 *
 * @throws AlreadyRunning
 */
export async function takeLock(home: string): Promise<Lock> {
  await mkdir(home, { recursive: true });
  for (;;) {
    const last = await highest(home);
    const holder = last === 0 ? RELEASED : await readlink(file(home, last)).catch(() => undefined);
    // Somebody has just taken over.
    if (holder === undefined) continue;
    await refuseIfAlive(home, holder);
    const mine = last + 1;
    if (!(await make(home, mine, `${process.pid} ${await startOf(process.pid)}`))) continue;
    if ((await highest(home)) === mine) {
      await removeBelow(home, mine);
      return { afterCrash: holder !== RELEASED, release: () => release(home, mine) };
    }
    await rm(file(home, mine), { force: true });
  }
}

const file = (home: string, number: number): string => join(home, `lock.${number}`);

const numbers = async (home: string): Promise<number[]> =>
  (await readdir(home)).map((name) => Number(NAME.exec(name)?.[1] ?? 0));

const highest = async (home: string): Promise<number> => Math.max(0, ...(await numbers(home)));

async function refuseIfAlive(home: string, holder: string): Promise<void> {
  const [pid = '', ...start] = holder.split(' ');
  if (holder !== RELEASED && (await startOf(Number(pid))) === start.join(' '))
    throw new AlreadyRunning(home, Number(pid));
}

async function make(home: string, number: number, content: string): Promise<boolean> {
  try {
    await symlink(content, file(home, number));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function removeBelow(home: string, number: number): Promise<void> {
  const lower = (await numbers(home)).filter((other) => other > 0 && other < number);
  await Promise.all(lower.map((other) => rm(file(home, other), { force: true })));
}

async function release(home: string, mine: number): Promise<void> {
  await make(home, mine + 1, RELEASED);
  await removeBelow(home, mine + 1);
}
