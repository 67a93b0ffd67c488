import { transformFile } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port';
import { startGuard } from './guard';
import { startPostgres } from './postgres';
import { removePostgresData } from './postgres-home';
import { isRunning } from './process-facts';

jest.setTimeout(60_000);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-guard-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function gone(pid: number): Promise<void> {
  while (await isRunning(pid)) await delay(20);
}

/** Compiles this library into the test's folder, so that a plain node process can run it. */
async function compileInto(target: string): Promise<void> {
  const files = (await readdir(__dirname)).filter((name) => name.endsWith('.ts') && !name.includes('.spec.'));
  for (const file of files) {
    const jsc = { parser: { syntax: 'typescript' }, target: 'es2022' } as const;
    const output = await transformFile(join(__dirname, file), {
      swcrc: false,
      jsc,
      module: { type: 'commonjs' },
    });
    await writeFile(join(target, file.replace(/\.ts$/, '.js')), output.code);
  }
}

/** A launcher, in its own process, that holds a guard; `rest` is run with `guard` in scope and its line is awaited. */
async function launcherWith(rest: string): Promise<{ launcher: ChildProcess; line: string }> {
  await compileInto(folder);
  const file = join(folder, 'launcher.js');
  const parts = `const { startPostgres } = require('./postgres'); const { startGuard } = require('./guard');`;
  await writeFile(file, `${parts} startGuard().then(async (guard) => { ${rest} });`);
  const launcher = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules') },
  });
  const [chunk]: unknown[] = await once(launcher.stdout, 'data');
  return { launcher, line: String(chunk).trim() };
}

it('leaves no process when the launcher is killed with -9, and the data can be used at once', async () => {
  const dataDir = join(folder, 'postgres');
  const options = `{ dataDir: '${dataDir}', port: ${await freePort()}, tuning: 'throw-away', guard }`;
  const print = `console.log(guard.pid + ' ' + (await startPostgres(${options})).pid)`;
  const { launcher, line } = await launcherWith(print);
  const pids = line.split(' ').map(Number);
  expect(await Promise.all(pids.map(isRunning))).toEqual([true, true]);
  launcher.kill('SIGKILL');
  const again = await startPostgres({ dataDir, port: await freePort(), tuning: 'throw-away' });
  await again.stop();
  await Promise.all(pids.map(gone));
  await removePostgresData(dataDir);
});

it('signals only what it still watches', async () => {
  const [one, two, three] = [spawn('sleep', ['600']), spawn('sleep', ['600']), spawn('sleep', ['600'])];
  const watch = [one, two, three].map(({ pid }) => `guard.watch(${pid});`).join('');
  const { launcher, line } = await launcherWith(`${watch} guard.forget(${two.pid}); console.log(guard.pid)`);
  launcher.kill('SIGKILL');
  await gone(Number(line));
  expect([one.signalCode, two.signalCode, three.signalCode]).toEqual(['SIGINT', null, 'SIGINT']);
  two.kill('SIGKILL');
});

it('ends without a signal to anyone when it is dismissed', async () => {
  const guard = await startGuard();
  const watched = spawn('sleep', ['600']);
  guard.watch(Number(watched.pid));
  await guard.dismiss();
  expect(await isRunning(guard.pid)).toBe(false);
  expect(watched.signalCode).toBeNull();
  watched.kill('SIGKILL');
  await once(watched, 'exit');
  expect(watched.signalCode).toBe('SIGKILL');
});
