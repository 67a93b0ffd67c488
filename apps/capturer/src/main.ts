import {
  SessionDeferred,
  SessionDismissed,
  SessionDrafted,
  SessionEnded,
  SessionExtended,
  SessionFailed,
  SessionScored,
  SessionStarted,
} from '@loam/contracts/capture';
import { startService } from '@loam/service';
import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
  DraftVerdictChanged,
} from '@loam/contracts/capturer';
import {
  DraftApproved,
  DraftChangesRequested,
  DraftCommented,
  DraftEdited,
  ReviewRuleChanged,
} from '@loam/contracts/draft-review';
import { capturerEnvironment } from './capturer.env';
import { capturerJobs } from './capturer.jobs';
import { capturerMigrations } from './capturer.migrations';
import { capturerModule } from './capturer.module';
import { captureHandlers, captureSchedules } from './capturer.work';
import { drafts } from './draft.projection';
import { promoteDraft } from './publish-draft/promote-draft.job';
import { reviewRules } from './review-rule.projection';
import { sessions } from './session.projection';

void startService({
  name: 'capturer',
  environment: capturerEnvironment,
  migrations: capturerMigrations,
  events: [
    DraftCreated,
    DraftRevised,
    DraftRevisionProposed,
    DraftEdited,
    DraftCommented,
    DraftApproved,
    DraftChangesRequested,
    DraftPublicationRequested,
    DraftPublicationRefused,
    DraftPublished,
    DraftVerdictChanged,
    DraftDiscarded,
    ...[SessionStarted, SessionExtended, SessionEnded, SessionScored],
    ...[SessionDismissed, SessionDeferred, SessionDrafted, SessionFailed],
    ...[ReviewRuleChanged],
  ],
  inline: [drafts, reviewRules, sessions],
  objects: true,
  jobs: {
    catalog: capturerJobs,
    schedules: ({ config }) => captureSchedules(config),
    handlers: (parts) => ({ promoteDraft: promoteDraft(parts), ...captureHandlers(parts) }),
  },
  module: capturerModule,
});
