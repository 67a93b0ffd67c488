import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readIfThere } from './files';
import type { Guard } from './guard';
import type { SystemUser } from './system-user';

/** One server that runs as a child of this process. */
export interface RunningPart {
  readonly name: string;
  /** Where clients connect, with credentials where the server asks for some. */
  readonly url: string;
  readonly pid: number;
  /** Ends the server in good order, after 15 s by force. Resolves when the process is gone; may be called again. */
  stop(): Promise<void>;
  /** Calls back once if the process ends without `stop()`, with how it ended, for instance `signal SIGKILL`. */
  onExit(callback: (how: string) => void): void;
}

export interface PartPlan {
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Folder of the log file. */
  readonly home: string;
  readonly user?: SystemUser | undefined;
  readonly guard?: Guard | undefined;
  /** Whether this server, and no other on the same port, answers. A rejection counts as no. */
  readonly answers: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

interface Exit {
  readonly happened: Promise<string>;
  how(): string | undefined;
}

/** Starts the process and resolves when it answers. When it does not, it is gone and the error has the log's end. */
export async function launch(plan: PartPlan): Promise<RunningPart> {
  const logFile = join(plan.home, 'log');
  const earlier = await keepLogShort(logFile);
  const child = spawnLogged(plan, logFile);
  // No turn of the event loop may lie between these two: an exit in it would never be seen.
  const exit = watchExit(child, plan.guard);
  const stop = stopper(child, exit);
  const problem = await becomeReady(plan, exit);
  if (problem !== undefined || child.pid === undefined) {
    await stop();
    throw new Error(
      `${plan.name} did not start: ${problem ?? 'no process'}.\n${await tail(logFile, earlier)}`,
    );
  }
  let stopping = false;
  return {
    name: plan.name,
    url: plan.url,
    pid: child.pid,
    stop: () => {
      stopping = true;
      return stop();
    },
    onExit: (callback) => {
      void exit.happened.then((how) => {
        if (!stopping) callback(how);
      });
    },
  };
}

/** Puts a log of more than 1 MB aside. The answer is the length of what earlier runs wrote. */
async function keepLogShort(logFile: string): Promise<number> {
  const earlier = ((await readIfThere(logFile)) ?? '').length;
  if (earlier < 1_000_000) return earlier;
  await rename(logFile, `${logFile}.old`);
  return 0;
}

function spawnLogged(plan: PartPlan, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(plan.command, plan.args, {
      // Its own process group: Ctrl-C in the terminal is for the launcher, which stops the parts in order.
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      // Nothing of the caller's environment: its secrets would be readable through the server, and PG* variables
      // and the locale would change what the server does.
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
      ...(plan.user ?? {}),
    });
    // Before anything else, because a launcher that dies from here on leaves this process behind.
    if (child.pid !== undefined) plan.guard?.watch(child.pid);
    return child;
  } finally {
    closeSync(log);
  }
}

function watchExit(child: ChildProcess, guard: Guard | undefined): Exit {
  let how: string | undefined;
  const happened = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) guard?.forget(child.pid);
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  void happened.then((text) => (how = text));
  return { happened, how: () => how };
}

function stopper(child: ChildProcess, exit: Exit): () => Promise<void> {
  return async () => {
    child.kill('SIGINT');
    const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await exit.happened;
    clearTimeout(force);
  };
}

async function becomeReady(plan: PartPlan, exit: Exit): Promise<string | undefined> {
  const deadline = Date.now() + plan.readyWithinMs;
  while (Date.now() < deadline) {
    if (exit.how() !== undefined) return exit.how();
    if (await plan.answers().catch(() => false)) return undefined;
    await delay(20);
  }
  return `no answer within ${plan.readyWithinMs / 1000} s`;
}

async function tail(logFile: string, earlier: number): Promise<string> {
  const written = ((await readIfThere(logFile)) ?? '').slice(earlier).trimEnd();
  return [`The end of ${logFile}:`, ...written.split('\n').slice(-15)].join('\n');
}
