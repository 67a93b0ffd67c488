import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
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

/** How a process is started. */
export interface PartPlan {
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What it writes goes to the end of this file; what is there from before is put aside once it is long. */
  readonly logFile: string;
  /** Its whole environment; by default next to nothing. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Opens an IPC channel, and is given what the process sends. */
  readonly onMessage?: (message: unknown) => void;
  readonly user?: SystemUser | undefined;
  readonly guard?: Guard | undefined;
  /** Whether this server, and no other on the same port, answers. A rejection counts as no. */
  readonly answers: () => Promise<boolean>;
  readonly readyWithinMs: number;
  /** Aborted, the start ends in the way of one that failed. */
  readonly signal?: AbortSignal | undefined;
}

interface Exit {
  readonly happened: Promise<string>;
  how(): string | undefined;
}

/** Starts the process and resolves when it answers. When it does not, it is gone and the error has the log's end. */
export async function launch(plan: PartPlan): Promise<RunningPart> {
  const { logFile } = plan;
  const earlier = await keepLogShort(logFile);
  const child = spawnLogged(plan);
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

/** Puts a log of more than 1 MB aside. The answer is the length in bytes of what earlier runs wrote. */
async function keepLogShort(logFile: string): Promise<number> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size < 1_000_000) return size;
  await rename(logFile, `${logFile}.old`);
  return 0;
}

/** By default nothing of the caller's, whose secrets would be readable, and whose PG* and locale change a server. */
const bareEnvironment = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

function spawnLogged(plan: PartPlan): ChildProcess {
  const log = openSync(plan.logFile, 'a', 0o600);
  try {
    const child = spawn(plan.command, plan.args, {
      // Its own process group: Ctrl-C in the terminal is for the launcher, which stops the parts in order.
      detached: true,
      stdio: plan.onMessage === undefined ? ['ignore', log, log] : ['ignore', log, log, 'ipc'],
      cwd: '/',
      env: plan.environment ?? bareEnvironment,
      ...(plan.user ?? {}),
    });
    if (plan.onMessage !== undefined) child.on('message', plan.onMessage);
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
    if (plan.signal?.aborted === true) return 'it was told to end';
    if (await plan.answers().catch(() => false)) return undefined;
    await delay(20);
  }
  return `no answer within ${plan.readyWithinMs / 1000} s`;
}

async function tail(logFile: string, earlier: number): Promise<string> {
  const written = (await readFile(logFile)).subarray(earlier).toString().trimEnd();
  return [`The end of ${logFile}:`, ...written.split('\n').slice(-15)].join('\n');
}
