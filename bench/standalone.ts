import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { serviceNames } from '@loam/contracts/operations';
import { ROOT } from './root';

const factsSchema = z.object({ processes: z.record(z.string(), z.int()) });

/** A Loam that was started as a user starts it. */
export interface Standalone {
  /** From the command to the words that it is ready, in s. */
  readonly seconds: number;
  readonly processes: Readonly<Record<string, number>>;
  readonly stop: () => Promise<void>;
}

const environmentOf = (home: string): NodeJS.ProcessEnv => ({
  ...{ PATH: process.env['PATH'], HOME: process.env['HOME'] },
  ...{ LOAM_HOME: home, LOAM_PORT: '0', LOG_LEVEL: 'warn' },
});

/** Runs what `npm start` runs. */
export async function startStandalone(home: string): Promise<Standalone> {
  const began = performance.now();
  const child = spawn(process.execPath, ['tools/start.mjs'], {
    ...{ cwd: ROOT, env: environmentOf(home), stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const { stdout } = child;
  const ended = once(child, 'exit');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    stdout?.on('data', (piece: Buffer) => {
      output += piece.toString();
      if (output.includes('Loam is ready')) resolve();
    });
    child.once('exit', () => {
      reject(new Error(`Loam did not start: ${output}`));
    });
  });
  const seconds = (performance.now() - began) / 1000;
  const facts: unknown = JSON.parse(await readFile(join(home, 'standalone.json'), 'utf8'));
  return {
    ...{ seconds, processes: factsSchema.parse(facts).processes },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs the command `loam` against it. @returns its output, and how long it took in s */
export async function runCli(
  home: string,
  ...args: readonly string[]
): Promise<{ readonly output: string; readonly seconds: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'bin/loam'), ...args], {
    ...{ cwd: home, env: environmentOf(home), stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const { stdout } = child;
  let output = '';
  stdout?.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`loam ${args.join(' ')} ended with ${child.exitCode}: ${output}`);
  return { output, seconds: (performance.now() - began) / 1000 };
}

/** What the five services hold together, pages that they share counted once, in MiB. */
export async function memoryOfServices({ processes }: Standalone): Promise<number> {
  const sizes = serviceNames.map(async (name) => {
    const rollup = await readFile(`/proc/${processes[name] ?? 0}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]) / 1024;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
