import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Run } from './run-file';

const PROBES = 50;

/** How long one write of 4 KiB and its sync takes in a folder, median in µs: how fast the disk is, and how busy. */
export async function syncTime(folder: string): Promise<number> {
  const file = join(folder, 'probe');
  const handle = await open(file, 'w');
  const block = Buffer.alloc(4096);
  const times: number[] = [];
  for (let probe = 0; probe < PROBES; probe += 1) {
    const began = performance.now();
    await handle.write(block);
    await handle.datasync();
    times.push(performance.now() - began);
  }
  await handle.close();
  await rm(file);
  return Math.round((times.sort((a, b) => a - b)[PROBES / 2] ?? Number.NaN) * 1000);
}

/** On what a run is made. @param folder on the disk that the run uses */
export async function describeMachine(folder: string): Promise<Run['machine']> {
  const git = await promisify(execFile)('git', ['-C', __dirname, 'rev-parse', '--short', 'HEAD']).catch(
    () => ({
      stdout: 'unknown',
    }),
  );
  return {
    commit: git.stdout.trim(),
    at: new Date().toISOString(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    syncMicroseconds: await syncTime(folder),
  };
}

const SPINS = 20_000_000;

/** How long a fixed piece of work takes, in ms: where it takes longer than before, others use the machine too. */
export function spin(): number {
  const began = performance.now();
  let value = 1;
  for (let turn = 0; turn < SPINS; turn += 1) value = (value * 48_271) % 2_147_483_647;
  return performance.now() - began + (value === 0 ? 1 : 0);
}
