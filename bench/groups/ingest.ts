import { join } from 'node:path';
import { copyCase } from '../copy-case';
import { insertCase, loamCase, naiveCase, SKILLS } from '../ingest-cases';
import { seedLoam } from '../seed';
import type { Comparison, Group, Scenario, Setting } from '../scenario';
import { removeLoam } from '../loam';
import { targets } from '../targets';

const CLIENTS = 96;
const BATCH_CLIENTS = 32;
const BATCH = 100;
const single = { clients: CLIENTS, openRate: 0, events: 1, spread: 'zipf' } as const;
const batched = { clients: BATCH_CLIENTS, openRate: 0, events: BATCH, spread: 'zipf' } as const;

/** A Loam with a catalog and no use, for the rounds of one group. */
async function withHome(
  { folder }: Setting,
  compare: (home: string) => Omit<Comparison, 'close'>,
): Promise<Comparison> {
  const home = join(folder, 'loam');
  await seedLoam(home, SKILLS);
  return {
    ...compare(home),
    close: async () => {
      await removeLoam(home);
    },
  };
}

export const ingestSingle: Group = {
  ...{ name: 'ingest-single', sizes: ['full'], minutes: 4 },
  prepare: (setting) =>
    withHome(setting, (home) => {
      const ours = (name: string, load: object = {}): Scenario =>
        loamCase(home, setting.profile, { ...single, name, ...load });
      return {
        cases: [
          ours('loam'),
          naiveCase(setting.folder, { ...single, name: 'naive Nest' }),
          ours('loam, one hot skill', { spread: 'one' }),
          ours(`loam, ${SKILLS} skills evenly`, { spread: 'even' }),
          ours('loam, one caller', { clients: 1 }),
          insertCase(setting.folder, { ...single, name: 'Fastify, one insert' }, '/insert'),
          insertCase(setting.folder, { ...single, name: 'Fastify, nothing stored' }, '/floor'),
        ],
        ratios: [
          { ...targets.ingestCpu, of: 'naive Nest', to: 'loam' },
          { ...targets.ingestRate, of: 'loam', to: 'naive Nest' },
          { ...targets.ingestFloor, of: 'loam', to: 'Fastify, nothing stored' },
          { ...targets.hotSkill, of: 'loam, one hot skill', to: `loam, ${SKILLS} skills evenly` },
        ],
      };
    }),
};

export const ingestBatch: Group = {
  ...{ name: 'ingest-batch', sizes: ['full'], minutes: 1.5 },
  prepare: (setting) =>
    withHome(setting, (home) => ({
      cases: [
        loamCase(home, setting.profile, { ...batched, name: 'loam' }),
        naiveCase(setting.folder, { ...batched, name: 'naive Nest' }),
        copyCase(setting.folder),
      ],
      ratios: [],
      bounds: [{ ...targets.batchCpu, of: 'loam' }],
    })),
};

const OURS_PER_SECOND = 3000;
const NAIVE_PER_SECOND = 500;

export const ingestFixedRate: Group = {
  ...{ name: 'ingest-fixed-rate', sizes: ['full'], minutes: 1.7 },
  prepare: (setting) =>
    withHome(setting, (home) => {
      const [ours, naive] = [`loam, ${OURS_PER_SECOND}/s`, `naive Nest, ${NAIVE_PER_SECOND}/s`];
      const insert = `Fastify, one insert, ${OURS_PER_SECOND}/s`;
      return {
        cases: [
          loamCase(home, setting.profile, { ...single, name: ours, openRate: OURS_PER_SECOND }),
          naiveCase(setting.folder, { ...single, name: naive, openRate: NAIVE_PER_SECOND }),
          insertCase(setting.folder, { ...single, name: insert, openRate: OURS_PER_SECOND }, '/insert'),
        ],
        ratios: [{ ...targets.fixedRate, of: ours, to: naive }],
        bounds: [{ ...targets.fixedRateP99, of: ours }],
      };
    }),
};
