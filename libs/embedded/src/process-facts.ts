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
