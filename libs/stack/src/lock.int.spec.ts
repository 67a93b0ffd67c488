import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOf } from '@loam/embedded';
import { AlreadyRunning, takeLock } from './lock';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'loam-lock-'));
});

afterEach(() => rm(home, { recursive: true }));

it('is held by one process at a time, which others are told', async () => {
  const lock = await takeLock(home);
  await expect(takeLock(home)).rejects.toThrow(
    `Loam is already running in ${home} (process ${process.pid}).`,
  );
  await lock.release();
  const again = await takeLock(home);
  expect(again.afterCrash).toBe(false);
});

it('is taken over from a process that died, also when its id belongs to another by now', async () => {
  await symlink(`${process.pid} another-start`, join(home, 'lock.7'));
  const lock = await takeLock(home);
  expect(lock.afterCrash).toBe(true);
  expect(await readdir(home)).toEqual(['lock.8']);
});

it('is given to exactly one of many that take over from the dead at once', async () => {
  const dead = spawn('sleep', ['600']);
  await symlink(`${dead.pid} ${await startOf(Number(dead.pid))}`, join(home, 'lock.1'));
  await expect(takeLock(home)).rejects.toBeInstanceOf(AlreadyRunning);
  dead.kill('SIGKILL');
  await once(dead, 'exit');
  const attempts = await Promise.allSettled(Array.from({ length: 50 }, () => takeLock(home)));
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
