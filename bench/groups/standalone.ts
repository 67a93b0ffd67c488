import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { removeStack } from '@loam/stack';
import { ROOT } from '../root';
import { memoryOfServices, runCli, startStandalone } from '../standalone';
import { targets } from '../targets';
import { NotInstalled, type Comparison, type Group, type Setting } from '../scenario';

const REST_MS = 10_000;

/** Does the work in a folder of its own. */
async function inHome<T>({ folder }: Setting, work: (home: string) => Promise<T>): Promise<T> {
  const home = join(folder, `home-${Date.now()}`);
  await mkdir(home, { recursive: true, mode: 0o755 });
  try {
    return await work(home);
  } finally {
    await removeStack(home);
  }
}

async function secondsToStart(home: string): Promise<number> {
  const { seconds, stop } = await startStandalone(home);
  await stop();
  return seconds;
}

const probing = (probes: Comparison['probes']): Comparison => ({
  ...{ cases: [], ratios: [] },
  ...(probes && { probes }),
  close: async () => undefined,
});

/** From the command to its word that Loam is ready: with nothing there but the programs, and on what it left. */
export const starts: Group = {
  ...{ name: 'starts', sizes: ['full'], minutes: 0.8 },
  prepare: async (setting) =>
    probing([
      { ...targets.coldStart, measure: () => inHome(setting, secondsToStart) },
      {
        ...targets.warmStart,
        measure: () =>
          inHome(setting, async (home) => {
            await secondsToStart(home);
            return secondsToStart(home);
          }),
      },
    ]),
};

/** Of the five services, when nothing has happened for a while and the catalog is empty. */
export const memory: Group = {
  ...{ name: 'memory', sizes: ['full'], minutes: 1.1 },
  prepare: async (setting) =>
    probing([
      {
        ...targets.memoryAtRest,
        measure: () =>
          inHome(setting, async (home) => {
            await secondsToStart(home);
            const running = await startStandalone(home);
            await delay(REST_MS);
            const size = await memoryOfServices(running);
            await running.stop();
            return size;
          }),
      },
    ]),
};

const importedSchema = z.object({ published: z.int() });

async function corpusFolder(): Promise<string> {
  const folder = process.env['LOAM_CORPUS'] ?? join(ROOT, '../shared/corpus');
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new NotInstalled(`there is no corpus at ${folder}`);
  return folder;
}

/** A tree of skills as people have them, by the command. */
export const importGroup: Group = {
  ...{ name: 'import', sizes: ['full'], minutes: 1.5 },
  prepare: async (setting) => {
    const corpus = await corpusFolder();
    const [again, checks]: [number[], number[]] = [[], []];
    return probing([
      {
        ...targets.importRate,
        measure: () =>
          inHome(setting, async (home) => {
            const { stop } = await startStandalone(home);
            const { output, seconds } = await runCli(home, 'import', corpus, '--json');
            again.push((await runCli(home, 'import', corpus, '--json')).seconds);
            checks.push((await runCli(home, 'admin', 'replay', '--check', '--json')).seconds);
            await stop();
            return importedSchema.parse(JSON.parse(output)).published / seconds;
          }),
      },
      { ...targets.importAgain, measure: async () => again.shift() ?? Number.NaN },
      { ...targets.replayCheck, measure: async () => checks.shift() ?? Number.NaN },
    ]);
  },
};
