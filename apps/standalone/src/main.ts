import { join, resolve } from 'node:path';
import { AlreadyRunning, removeStack, startStack, type Stack } from '@loam/stack';
import { Announcement } from './announcement';
import { listenForEnd, whenAborted, type End } from './end';
import { seed } from './seed';
import { welcome } from './welcome';

/** `npm start`: runs Loam until it is told to end. With the argument `reset`, `npm run reset`: forgets its state. */

const root = resolve(__dirname, '../../../..');
const home = resolve(root, process.env['LOAM_HOME'] || '.loam');

const progress = (line: string): void => console.log(line);

function portFrom(text = ''): number {
  const port = text === '' ? 8080 : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`LOAM_PORT is "${text}": it should be a port, 0 to 65535 (0: any free one).`);
  return port;
}

async function runUntil({ signal, hurry }: End, announcement: Announcement): Promise<void> {
  let stack: Stack | undefined;
  try {
    stack = await startStack({
      ...{ home, progress, signal, environment: process.env, distribution: join(root, 'dist') },
      gatewayPort: portFrom(process.env['LOAM_PORT']),
      onStarted: () => void announcement.refresh(stack),
    });
    const { services } = stack;
    hurry.addEventListener('abort', () => {
      for (const service of Object.values(services)) service.kill('SIGKILL');
    });
    await seed({ root, home, stack, progress, signal });
    await announcement.refresh(stack);
    console.log(welcome(stack, { root, home }));
    const failure = await Promise.race([stack.failed, whenAborted(signal)]);
    if (failure !== undefined) throw failure;
    console.log('Stopping Loam …');
  } finally {
    // Without a stack the announcement is that of another launcher.
    if (stack !== undefined) await announcement.withdraw();
    await stack?.stop();
  }
}

async function reset(): Promise<void> {
  await removeStack(home);
  console.log(`Removed ${home}.`);
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
    if (process.argv[2] === 'reset') await reset();
    else await runUntil(end, announcement);
  } catch (error) {
    if (end.signal.aborted) return;
    console.error(await explain(error, announcement));
    process.exitCode = 1;
  }
}

void main();
