import { Module, type DynamicModule } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import type { BlobStore } from '@loam/blobs';
import { Jobs } from '@loam/jobs';
import type { Log } from '@loam/service';
import { Differ, UploadReader } from '@loam/uploads';
import { ActivatePlanController } from './activate-plan/activate-plan.controller';
import { ArchiveSkillController } from './archive-skill/archive-skill.controller';
import { BlockBundleController } from './block-bundle/block-bundle.controller';
import { BootstrapController } from './bootstrap/bootstrap.controller';
import { ChangeProjectController } from './change-project/change-project.controller';
import { CreateProjectController } from './create-project/create-project.controller';
import { DeleteProjectController } from './delete-project/delete-project.controller';
import { ClaimNamespaceController } from './claim-namespace/claim-namespace.controller';
import { DiffVersionsController } from './diff-versions/diff-versions.controller';
import { FindBundleController } from './find-bundle/find-bundle.controller';
import { FindNearDuplicateController } from './find-near-duplicate/find-near-duplicate.controller';
import { FindNextVersionsController } from './find-next-versions/find-next-versions.controller';
import { GetBacklogController } from './get-backlog/get-backlog.controller';
import { GetChangelogController } from './get-changelog/get-changelog.controller';
import { GetDependenciesController } from './get-dependencies/get-dependencies.controller';
import { GetFindingsController } from './get-findings/get-findings.controller';
import { GetSkillMdController } from './get-skill/get-skill-md.controller';
import { GetSkillController } from './get-skill/get-skill.controller';
import { EraseSkillController } from './erase-skill/erase-skill.controller';
import { ImportPlanController } from './import-plan/import-plan.controller';
import { MapStackController } from './map-stack/map-stack.controller';
import { MoveChannelController } from './move-channel/move-channel.controller';
import { PlanSource, planSourceOf } from './plan-source';
import { PlanWorker } from './plan-worker';
import { PopularNames } from './popular-names';
import { PublishSkillController } from './publish-skill/publish-skill.controller';
import { ReadPlansController } from './read-plans/read-plans.controller';
import { ReadProjectsController } from './read-projects/read-projects.controller';
import { RefreshPlanController } from './refresh-plan/refresh-plan.controller';
import { ReplaceItemsController } from './replace-items/replace-items.controller';
import { FindAliasController } from './rename-skill/find-alias.controller';
import { RenameSkillController } from './rename-skill/rename-skill.controller';
import { ReadNamespacesController } from './read-namespaces/read-namespaces.controller';
import type { registryJobs } from './registry.jobs';
import { ReadTexts } from './read-texts';
import { RebuildMirrorController } from './mirror-catalog/rebuild-mirror.controller';
import { QueryMeaning } from './query-meaning';
import { embeddingsOf } from './embeddings';
import type { registryEnvironment } from './registry.env';
import { SearchThread } from './search-thread';
import { usePgvector } from './stored-vectors';
import { TenantSearch } from './tenant-search';
import { WatchStatsController } from './watch-stats/watch-stats.controller';
import { WatchDecayController } from './watch-decay/watch-decay.controller';
import { WatchUseController } from './watch-use/watch-use.controller';
import { BLOBS, HAS_MIRROR } from './registry.parts';
import { ReviewSkillController } from './review-skill/review-skill.controller';
import { ResolveController } from './resolve/resolve.controller';
import { SearchCatalogController } from './search-catalog/search-catalog.controller';
import { SearchSkillsController } from './search-skills/search-skills.controller';
import { TenantCatalogs } from './tenant-catalogs';
import { TransferTenantController } from './transfer-tenant/transfer-tenant.controller';
import { UnarchiveSkillController } from './unarchive-skill/unarchive-skill.controller';
import { ValidateBundleController } from './validate-bundle/validate-bundle.controller';
import { WhichExistController } from './which-exist/which-exist.controller';
import { YankSkillController } from './yank-skill/yank-skill.controller';

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly jobs: Jobs<typeof registryJobs>;
  readonly config: z.output<typeof registryEnvironment>;
  readonly log: Log;
}

const MEGABYTE = 1_000_000;

/** The search, over indexes in a thread of their own. */
async function openSearch({
  database,
  config,
  log,
}: Pick<Parts, 'database' | 'config' | 'log'>): Promise<TenantSearch> {
  const storedVectors = await database.system(usePgvector);
  const { run } = new SearchThread();
  const mostBytes = config.LOAM_SEARCH_MEMORY_MB * MEGABYTE;
  const provider = embeddingsOf(config);
  const search = new TenantSearch({ database, run, provider, storedVectors, mostBytes });
  search.warm().catch((err: unknown) => {
    log.warn({ err }, 'catalogs are read when they are first searched');
  });
  return search;
}

function openCatalogs(store: EventStore, log: Log): TenantCatalogs {
  const catalogs = new TenantCatalogs(store);
  catalogs.warm().catch((err: unknown) => {
    log.warn({ err }, 'catalogs are read when they are first asked for');
  });
  return catalogs;
}

@Module({})
class RegistryModule {}

/** The registry's table of contents. */
export const registryModule = (
  { database, store, blobs, jobs, config, log }: Parts,
  texts: ReadTexts,
): DynamicModule => ({
  module: RegistryModule,
  controllers: [
    PublishSkillController,
    ValidateBundleController,
    GetFindingsController,
    ReviewSkillController,
    BlockBundleController,
    ArchiveSkillController,
    UnarchiveSkillController,
    YankSkillController,
    EraseSkillController,
    MoveChannelController,
    SearchSkillsController,
    SearchCatalogController,
    WatchStatsController,
    WatchDecayController,
    WatchUseController,
    GetSkillController,
    GetSkillMdController,
    GetDependenciesController,
    WhichExistController,
    ResolveController,
    FindBundleController,
    GetChangelogController,
    FindNextVersionsController,
    FindNearDuplicateController,
    GetBacklogController,
    DiffVersionsController,
    RebuildMirrorController,
    TransferTenantController,
    ClaimNamespaceController,
    RenameSkillController,
    FindAliasController,
    ReadNamespacesController,
    CreateProjectController,
    ChangeProjectController,
    DeleteProjectController,
    ReplaceItemsController,
    ReadProjectsController,
    ImportPlanController,
    RefreshPlanController,
    ActivatePlanController,
    ReadPlansController,
    MapStackController,
    BootstrapController,
  ],
  providers: [
    { provide: Database, useValue: database },
    { provide: EventStore, useValue: store },
    { provide: BLOBS, useValue: blobs },
    { provide: HAS_MIRROR, useValue: config.LOAM_MIRROR_DIR !== undefined },
    { provide: Jobs, useValue: jobs },
    { provide: PopularNames, useValue: new PopularNames(config.LOAM_POPULAR_USES) },
    { provide: ReadTexts, useValue: texts },
    { provide: Differ, useFactory: () => new Differ() },
    { provide: QueryMeaning, useFactory: () => new QueryMeaning(embeddingsOf(config)) },
    { provide: TenantSearch, useFactory: () => openSearch({ database, config, log }) },
    { provide: TenantCatalogs, useFactory: () => openCatalogs(store, log) },
    { provide: PlanSource, useValue: planSourceOf(config) },
    { provide: PlanWorker, useFactory: () => new PlanWorker() },
    { provide: UploadReader, useFactory: () => new UploadReader({ blobs }) },
  ],
});
