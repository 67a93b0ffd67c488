import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ends the processes of a launcher that can no longer do so itself. */
export interface Guard {
  /** Process id of the guard itself. */
  readonly pid: number;
  /** From now on the process with this id is ended when the launcher is gone. */
  watch(pid: number): void;
  /** The process has ended: its id may be given to another, which must never be signalled. */
  forget(pid: number): void;
  /** Ends the guard without a signal to anyone. Call it after every watched process has ended. */
  dismiss(): Promise<void>;
}

/**
 * Reads `+pid`, `-pid` and `quit` lines. End of input means that the launcher is gone, however it went: the kernel
 * closes its end of the pipe. Then INT to all, up to 15 s for them to end, and KILL to the rest.
 */
const script = `
trap '' HUP INT TERM
pids=' '
while read -r line; do
  case $line in
    +*) pids="$pids\${line#+} " ;;
    -*) case $pids in *" \${line#-} "*) pids="\${pids%% \${line#-} *} \${pids#* \${line#-} }" ;; esac ;;
    quit) exit 0 ;;
  esac
done
for pid in $pids; do kill -INT $pid 2>/dev/null; done
tries=0
while [ $tries -lt 150 ]; do
  alive=
  for pid in $pids; do kill -0 $pid 2>/dev/null && alive="$alive $pid"; done
  [ -z "$alive" ] && exit 0
  pids=$alive
  sleep 0.1
  tries=$((tries + 1))
done
for pid in $pids; do kill -KILL $pid 2>/dev/null; done
`;

/**
 * Starts the guard: one small `sh` process in its own process group, so that neither Ctrl-C nor the death of the
 * launcher reaches it. It ends when the launcher does, after everything it watches has ended.
 */
export async function startGuard(): Promise<Guard> {
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  await once(child, 'spawn');
  const { pid, stdin } = child;
  if (pid === undefined) throw new Error('The guard process has no id.');
  // Somebody may have killed the guard; the launcher can do without it.
  stdin.on('error', () => undefined);
  child.unref();
  return {
    pid,
    watch: (watched) => void stdin.write(`+${watched}\n`),
    forget: (ended) => void stdin.write(`-${ended}\n`),
    dismiss: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const ended = once(child, 'exit');
      stdin.end('quit\n');
      await ended;
    },
  };
}
