import { NamespaceClaimed, NamespaceReleased, SkillMovedIn, SkillRenamed } from '@loam/contracts/names';
import { PlanActivated, PlanChecked, PlanImported } from '@loam/contracts/plans';
import {
  ProjectChanged,
  ProjectCreated,
  ProjectDeleted,
  ProjectItemsReplaced,
  StackMapped,
  StackUnmapped,
} from '@loam/contracts/projects';
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
import { DecayNoted } from './decay-note.stream';
import { decayNotes } from './decay-notes.projection';
import { eraseBundles } from './erase-skill/erase-bundles.job';
import { embeddingsOf } from './embeddings';
import { indexTexts, oweIndexing } from './index-texts/index-texts.job';
import { mirrorCatalog, oweMirror } from './mirror-catalog/mirror-catalog.job';
import { namespaces } from './namespaces.projection';
import { planSourceOf } from './plan-source';
import { projects } from './projects.projection';
import { owePlanRefreshes, refreshUnasked } from './refresh-plan/refresh-plans.job';
import { ReadTexts } from './read-texts';
import { registryEnvironment } from './registry.env';
import { registryJobs } from './registry.jobs';
import { registryMigrations } from './registry.migrations';
import { registryModule } from './registry.module';
import { safetyHandlers } from './scan-versions/safety-handlers';
import { transferHandlers } from './transfer-tenant/transfer-tenant.job';
import { sweepObjects } from './sweep-objects/sweep-objects.job';

/** Read by publications, and kept for the search by a job. */
const texts = new ReadTexts();

void startService({
  name: 'registry',
  environment: registryEnvironment,
  migrations: registryMigrations,
  events: [
    ...[SkillPublished, SkillScanned, SkillReviewed, BundleBlocked, BundleUnblocked],
    ...[SkillArchived, SkillUnarchived, SkillYanked, SkillUnyanked, SkillErased, ChannelMoved],
    ...[ProjectCreated, ProjectChanged, ProjectDeleted, ProjectItemsReplaced, StackMapped, StackUnmapped],
    ...[PlanImported, PlanActivated, PlanChecked, NamespaceClaimed, NamespaceReleased],
    ...[SkillRenamed, SkillMovedIn, DecayNoted],
  ],
  inline: [catalog, projects, namespaces, decayNotes],
  objects: true,
  jobs: {
    catalog: registryJobs,
    schedules: ({ config }) => [
      { job: 'sweepObjects', id: 'sweep-objects', everyMs: config.LOAM_SWEEP_SECONDS * 1000, data: {} },
      {
        ...{ job: 'indexTexts', id: 'index-texts', data: { items: null } },
        everyMs: config.LOAM_INDEX_SECONDS * 1000,
      },
      {
        ...{ job: 'rescanCatalog', id: 'rescan-catalog', data: {} },
        everyMs: config.LOAM_RESCAN_SECONDS * 1000,
      },
      {
        ...{ job: 'refreshPlans', id: 'refresh-plans', data: {} },
        everyMs: config.LOAM_PLAN_REFRESH_SECONDS * 1000,
      },
    ],
    handlers: ({ blobs, database, store, bus, jobs, clock, log, config }) => ({
      sweepObjects: async (_data, { signal }) => {
        const ago = (seconds: number) => new Date(clock().getTime() - seconds * 1000);
        const olderThan = ago(config.LOAM_SWEEP_GRACE_SECONDS);
        const archivesOlderThan = ago(config.LOAM_EXPORT_SECONDS);
        const swept = await sweepObjects({ blobs, database, olderThan, archivesOlderThan, signal });
        log.info(swept, 'swept the object store');
      },
      eraseBundles: async (item, { tenant }) => {
        if (tenant === null) throw new Error('a version belongs to a tenant');
        await eraseBundles({ database, blobs, tenant }, item);
      },
      ...safetyHandlers({ store, blobs, jobs, log }),
      refreshPlans: async (_data, { context }) => {
        await owePlanRefreshes({ database, store, jobs }, clock(), context.correlationId);
      },
      refreshPlan: refreshUnasked({ store, blobs, source: planSourceOf(config) }),
      indexTexts: indexTexts({ database, blobs, texts, provider: embeddingsOf(config) }),
      mirrorCatalog: mirrorCatalog({ store, blobs, bus, log, config }),
      ...transferHandlers({ store, blobs, jobs, clock, keptMs: config.LOAM_EXPORT_SECONDS * 1000 }),
    }),
  },
  begin: async ({ store, config, jobs, log }) => {
    await embeddingsOf(config).check();
    const waits = (what: string) => (err: unknown) => log.warn({ err }, `${what} waits`);
    const mirror = oweMirror({ store, config, jobs, onError: waits('the mirror') });
    const indexing = oweIndexing({ store, jobs, onError: waits('the index of texts') });
    return async () => {
      await Promise.all([mirror?.stop(), indexing.stop()]);
    };
  },
  module: (parts) => registryModule(parts, texts),
});
