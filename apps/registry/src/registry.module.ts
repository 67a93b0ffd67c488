import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import type { BlobStore } from '@loam/blobs';
import { UploadReader } from '@loam/uploads';
import { ArchiveSkillController } from './archive-skill/archive-skill.controller';
import { GetDependenciesController } from './get-dependencies/get-dependencies.controller';
import { GetSkillMdController } from './get-skill/get-skill-md.controller';
import { GetSkillController } from './get-skill/get-skill.controller';
import { PublishSkillController } from './publish-skill/publish-skill.controller';
import { BLOBS } from './registry.parts';
import { SearchSkillsController } from './search-skills/search-skills.controller';

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly blobs: BlobStore;
}

@Module({})
class RegistryModule {}

/** The registry's table of contents. */
export const registryModule = ({ database, store, blobs }: Parts): DynamicModule => ({
  module: RegistryModule,
  controllers: [
    PublishSkillController,
    ArchiveSkillController,
    SearchSkillsController,
    GetSkillController,
    GetSkillMdController,
    GetDependenciesController,
  ],
  providers: [
    { provide: Database, useValue: database },
    { provide: EventStore, useValue: store },
    { provide: BLOBS, useValue: blobs },
    { provide: UploadReader, useFactory: () => new UploadReader({ blobs }) },
  ],
});
