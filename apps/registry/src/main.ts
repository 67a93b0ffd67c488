import { z } from 'zod';
import { SkillArchived, SkillPublished } from '@loam/contracts/registry';
import { startService } from '@loam/service';
import { catalog } from './catalog.projection';
import { Catalog1795000000000 } from './migrations/1795000000000-catalog';
import { registryJobs } from './registry.jobs';
import { registryModule } from './registry.module';
import { sweepObjects } from './sweep-objects/sweep-objects.job';

const SWEEP_MS = 3_600_000;

void startService({
  name: 'registry',
  environment: z.object({}),
  migrations: [Catalog1795000000000],
  events: [SkillPublished, SkillArchived],
  inline: [catalog],
  objects: true,
  jobs: {
    catalog: registryJobs,
    schedules: [{ job: 'sweepObjects', id: 'sweep-objects', everyMs: SWEEP_MS, data: {} }],
    handlers: ({ blobs, database, clock, log }) => ({
      sweepObjects: async (_data, { signal }) => {
        log.info(await sweepObjects({ blobs, database, now: clock(), signal }), 'swept the object store');
      },
    }),
  },
  module: registryModule,
});
