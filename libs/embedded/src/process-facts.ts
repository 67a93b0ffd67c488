import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readIfThere } from './files';

const run = promisify(execFile);

/** The command line of a live process; empty for a process that is gone or a zombie. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return (await readIfThere(`/proc/${pid}/cmdline`)) ?? '';
  const listed = await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({ stdout: '' }));
  return listed.stdout;
}

/** Whether the process exists and is no zombie. */
export async function isRunning(pid: number): Promise<boolean> {
  return (await commandOf(pid)) !== '';
}

/**
 * When the process started, in the system's own words: together with the id it names one process for good, where the
 * id alone may be given to another. Nothing for a process that is gone or a zombie.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const listed = await run('ps', ['-p', String(pid), '-o', 'lstart=']).catch(() => ({ stdout: '' }));
    return listed.stdout.trim() === '' ? undefined : listed.stdout.trim();
  }
  // proc(5): the name, which may contain anything, is in parentheses; after it come the state and 18 other fields.
  const stat = (await readIfThere(`/proc/${pid}/stat`)) ?? '';
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : fields[18];
}

/**
 * Waits until the server that an earlier launcher left in a folder has ended, so that two never write to one folder:
 * after a launcher was killed, its guard needs a moment to stop the servers.
 *
 * @param pidFile a file whose first line is a process id
 * @param marker text of the server's command line that no other program has, such as the path of its folder
 * @throws Error with the process id when that server still runs after 20 s
 */
export async function awaitEndOfEarlier(pidFile: string, marker: string): Promise<void> {
  const pid = Number.parseInt((await readIfThere(pidFile)) ?? '', 10);
  if (!(pid > 0)) return;
  const deadline = Date.now() + 20_000;
  while ((await commandOf(pid)).includes(marker)) {
    if (Date.now() > deadline)
      throw new Error(`${marker} is in use by process ${pid}. To end it: kill -INT ${pid}`);
    await delay(50);
  }
}
