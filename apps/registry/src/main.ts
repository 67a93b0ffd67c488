import { SkillArchived, SkillPublished } from '@loam/contracts/registry';
import { startService } from '@loam/service';
import { catalog } from './catalog.projection';
import { Catalog1795000000000 } from './migrations/1795000000000-catalog';
import { registryEnvironment } from './registry.env';
import { registryJobs } from './registry.jobs';
import { registryModule } from './registry.module';
import { sweepObjects } from './sweep-objects/sweep-objects.job';

void startService({
  name: 'registry',
  environment: registryEnvironment,
  migrations: [Catalog1795000000000],
  events: [SkillPublished, SkillArchived],
  inline: [catalog],
  objects: true,
  jobs: {
    catalog: registryJobs,
    schedules: ({ config }) => [
      { job: 'sweepObjects', id: 'sweep-objects', everyMs: config.LOAM_SWEEP_SECONDS * 1000, data: {} },
    ],
    handlers: ({ blobs, database, clock, log, config }) => ({
      sweepObjects: async (_data, { signal }) => {
        const olderThan = new Date(clock().getTime() - config.LOAM_SWEEP_GRACE_SECONDS * 1000);
        log.info(await sweepObjects({ blobs, database, olderThan, signal }), 'swept the object store');
      },
    }),
  },
  module: registryModule,
});
