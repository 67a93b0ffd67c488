import { Module, type DynamicModule } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { Bus } from '@loam/messaging';
import { Differ, UploadReader } from '@loam/uploads';
import type { capturerJobs } from './capturer.jobs';
import { BLOBS, TRANSCRIPT_BYTES } from './capturer.parts';
import { AppendTranscriptController } from './append-transcript/append-transcript.controller';
import type { CapturerConfig } from './capturer.env';
import { CreateDraftController } from './create-draft/create-draft.controller';
import { DiffDraftController } from './diff-draft/diff-draft.controller';
import { DiscardDraftController } from './discard-draft/discard-draft.controller';
import { EditDraftController } from './edit-draft/edit-draft.controller';
import { ExplainDraftController } from './explain-draft/explain-draft.controller';
import { ListDraftsController } from './list-drafts/list-drafts.controller';
import { ListSessionsController } from './list-sessions/list-sessions.controller';
import { Promoter } from './publish-draft/promoter';
import { PublishDraftController } from './publish-draft/publish-draft.controller';
import { RecordCapturesController } from './record-captures/record-captures.controller';
import { ReviewDraftController } from './review-draft/review-draft.controller';
import { ReviewRuleController } from './review-rule/review-rule.controller';
import { WatchVerdictsController } from './watch-verdicts/watch-verdicts.controller';

interface Parts {
  readonly config: CapturerConfig;
  readonly database: Database;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly jobs: Jobs<typeof capturerJobs>;
}

@Module({})
class CapturerModule {}

/** The capturer's table of contents. */
export const capturerModule = ({ config, database, store, blobs, bus, jobs }: Parts): DynamicModule => {
  const uploads = new UploadReader({ blobs });
  return {
    module: CapturerModule,
    controllers: [
      ...[CreateDraftController, ListDraftsController, ExplainDraftController, DiffDraftController],
      ...[EditDraftController, ReviewDraftController, ReviewRuleController],
      ...[PublishDraftController, DiscardDraftController, WatchVerdictsController],
      ...[RecordCapturesController, AppendTranscriptController, ListSessionsController],
    ],
    providers: [
      { provide: Database, useValue: database },
      { provide: EventStore, useValue: store },
      { provide: BLOBS, useValue: blobs },
      { provide: TRANSCRIPT_BYTES, useValue: config.LOAM_TRANSCRIPT_MB * 1024 * 1024 },
      { provide: Bus, useValue: bus },
      { provide: Jobs, useValue: jobs },
      { provide: Promoter, useValue: new Promoter(store, bus, blobs, uploads) },
      { provide: UploadReader, useValue: uploads },
      { provide: Differ, useFactory: () => new Differ() },
    ],
  };
};
