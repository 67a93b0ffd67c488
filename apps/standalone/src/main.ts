import { join, resolve } from 'node:path';
import { AlreadyRunning, startStack, type Stack } from '@loam/stack';
import { Announcement } from './announcement';
import { listenForEnd, whenAborted } from './end';
import { seed } from './seed';
import { welcome } from './welcome';

/** `npm start`: runs Loam until it is told to end. */

const root = resolve(__dirname, '../../../..');
const home = resolve(root, process.env['LOAM_HOME'] || '.loam');

const progress = (line: string): void => console.log(line);

function portFrom(text = ''): number {
  const port = text === '' ? 8080 : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`LOAM_PORT is "${text}": it should be a port, 0 to 65535 (0: any free one).`);
  return port;
}

async function runUntil(end: AbortSignal, announcement: Announcement): Promise<void> {
  let stack: Stack | undefined;
  const stop = async (): Promise<void> => {
    await announcement.withdraw();
    await stack?.stop();
  };
  try {
    const starting = await startStack({
      ...{ home, progress, signal: end, environment: process.env, distribution: join(root, 'dist') },
      gatewayPort: portFrom(process.env['LOAM_PORT']),
      onStarted: () => void announcement.refresh(stack),
    });
    stack = starting;
    await seed({ root, home, stack, progress, signal: end });
    await announcement.refresh(stack);
    console.log(welcome(stack, { root, home }));
    const failure = await Promise.race([stack.failed, whenAborted(end)]);
    if (failure !== undefined) throw failure;
    console.log('Stopping Loam …');
  } finally {
    await stop();
  }
}

async function explain(error: unknown, announcement: Announcement): Promise<string> {
  if (!(error instanceof AlreadyRunning)) return error instanceof Error ? error.message : String(error);
  const url = await announcement.urlOf(error.pid);
  return url === undefined
    ? `Loam is just being started by another process (${error.pid}).`
    : `Loam is already running at ${url} (process ${error.pid}).`;
}

async function main(): Promise<void> {
  // Whoever reads our output may be gone before us.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const end = listenForEnd();
  const announcement = new Announcement(join(home, 'standalone.json'));
  try {
    await runUntil(end, announcement);
  } catch (error) {
    if (end.aborted) return;
    console.error(await explain(error, announcement));
    process.exitCode = 1;
  }
}

void main();
