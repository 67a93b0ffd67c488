import { fork, type ChildProcess } from 'node:child_process';

/** Runs this very program again, to check instead of to serve. It ends when this process does. */
export const launchReplayCheck = (): ChildProcess =>
  fork(process.argv[1] ?? '', ['replay-check'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
