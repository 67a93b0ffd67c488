import { Module, type DynamicModule } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import type { Bus } from '@loam/messaging';
import { UploadReader } from '@loam/uploads';
import type { capturerJobs } from './capturer.jobs';
import { BLOBS } from './capturer.parts';
import { CreateDraftController } from './create-draft/create-draft.controller';
import { DiscardDraftController } from './discard-draft/discard-draft.controller';
import { ListDraftsController } from './list-drafts/list-drafts.controller';
import { Promoter } from './publish-draft/promoter';
import { PublishDraftController } from './publish-draft/publish-draft.controller';

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly jobs: Jobs<typeof capturerJobs>;
}

@Module({})
class CapturerModule {}

/** The capturer's table of contents. */
export const capturerModule = ({ database, store, blobs, bus, jobs }: Parts): DynamicModule => ({
  module: CapturerModule,
  controllers: [CreateDraftController, ListDraftsController, PublishDraftController, DiscardDraftController],
  providers: [
    { provide: Database, useValue: database },
    { provide: EventStore, useValue: store },
    { provide: BLOBS, useValue: blobs },
    { provide: Jobs, useValue: jobs },
    { provide: Promoter, useValue: new Promoter(store, bus, blobs) },
    { provide: UploadReader, useValue: new UploadReader({ blobs }) },
  ],
});
