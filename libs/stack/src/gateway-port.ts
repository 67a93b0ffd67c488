import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasCode } from './files';

const run = promisify(execFile);

/**
 * Makes sure that the port is free.
 * @param patienceMs how long to wait for that, where what holds it may be about to end
 * @throws Error that names the holder, as far as it can be found out
 */
export async function awaitFreePort(host: string, port: number, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await canListen(host, port))) {
    if (Date.now() >= deadline) throw new Error(await takenMessage(port));
    await delay(100);
  }
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (hasCode(error, 'EADDRINUSE')) resolve(false);
      else reject(new Error(`The gateway cannot listen on ${host}, port ${port}: ${error.message}`));
    });
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

async function takenMessage(port: number): Promise<string> {
  const holder = await holderOf(port);
  return (
    `Port ${port} is taken${holder === undefined ? '' : ` by ${holder}`}. ` +
    'End that program, or choose another port: LOAM_PORT=8081 npm start'
  );
}

/** Who listens there, as far as the tools of this system tell and this user may know. */
async function holderOf(port: number): Promise<string | undefined> {
  const lsof = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => undefined);
  const listed = /^p(\d+)\nc(.+)$/m.exec(lsof?.stdout ?? '');
  if (listed !== null) return `${listed[2]} (process ${listed[1]})`;
  const ss = await run('ss', ['-Hltnp', `sport = :${port}`]).catch(() => undefined);
  const shown = /\("([^"]+)",pid=(\d+)/.exec(ss?.stdout ?? '');
  return shown === null ? undefined : `${shown[1]} (process ${shown[2]})`;
}
