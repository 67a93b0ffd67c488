import {
  BundleBlocked,
  BundleUnblocked,
  ChannelMoved,
  SkillArchived,
  SkillErased,
  SkillPublished,
  SkillReviewed,
  SkillScanned,
  SkillUnarchived,
  SkillUnyanked,
  SkillYanked,
} from '@loam/contracts/registry';
import { startService } from '@loam/service';
import { catalog } from './catalog.projection';
import { eraseBundles } from './erase-skill/erase-bundles.job';
import { mirrorCatalog, oweMirror } from './mirror-catalog/mirror-catalog.job';
import { registryEnvironment } from './registry.env';
import { registryJobs } from './registry.jobs';
import { registryMigrations } from './registry.migrations';
import { registryModule } from './registry.module';
import { sweepObjects } from './sweep-objects/sweep-objects.job';

void startService({
  name: 'registry',
  environment: registryEnvironment,
  migrations: registryMigrations,
  events: [
    ...[SkillPublished, SkillScanned, SkillReviewed, BundleBlocked, BundleUnblocked],
    ...[SkillArchived, SkillUnarchived, SkillYanked, SkillUnyanked, SkillErased, ChannelMoved],
  ],
  inline: [catalog],
  objects: true,
  jobs: {
    catalog: registryJobs,
    schedules: ({ config }) => [
      { job: 'sweepObjects', id: 'sweep-objects', everyMs: config.LOAM_SWEEP_SECONDS * 1000, data: {} },
    ],
    handlers: ({ blobs, database, store, bus, clock, log, config }) => ({
      sweepObjects: async (_data, { signal }) => {
        const olderThan = new Date(clock().getTime() - config.LOAM_SWEEP_GRACE_SECONDS * 1000);
        log.info(await sweepObjects({ blobs, database, olderThan, signal }), 'swept the object store');
      },
      eraseBundles: async (item, { tenant }) => {
        if (tenant === null) throw new Error('a version belongs to a tenant');
        await eraseBundles({ database, blobs, tenant }, item);
      },
      mirrorCatalog: mirrorCatalog({ store, blobs, bus, config }),
    }),
  },
  begin: async ({ store, config, jobs, log }) => {
    const onError = (err: unknown) => log.warn({ err }, 'the mirror waits');
    const mirror = oweMirror({ store, config, jobs, onError });
    return async () => mirror?.stop();
  },
  module: registryModule,
});
