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
import { closeSessions } from './close-sessions/close-sessions.job';
import { drafts } from './draft.projection';
import { promoteDraft } from './publish-draft/promote-draft.job';
import { reviewRules } from './review-rule.projection';
import { redactSession } from './redact-session/redact-session.job';
import { scoreSession } from './score-session/score-session.job';
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
    DraftDiscarded,
    ...[SessionStarted, SessionExtended, SessionEnded, SessionScored],
    ...[SessionDismissed, SessionDeferred, SessionDrafted, SessionFailed],
    ...[ReviewRuleChanged],
  ],
  inline: [drafts, reviewRules, sessions],
  objects: true,
  jobs: {
    catalog: capturerJobs,
    schedules: ({ config }) => [
      {
        ...{ job: 'closeSessions', id: 'close-sessions', data: {} },
        everyMs: config.LOAM_SESSION_CLOSE_SECONDS * 1000,
      },
    ],
    handlers: ({ store, bus, blobs, jobs, config }) => ({
      promoteDraft: promoteDraft({ store, bus, blobs }),
      redactSession: redactSession({ store, blobs, jobs }),
      scoreSession: scoreSession({ store, blobs, jobs }, config.LOAM_DRAFT_SCORE),
      closeSessions: async (_data, { context, signal }) => {
        const idleSeconds = config.LOAM_SESSION_IDLE_SECONDS;
        await closeSessions({ store, jobs, idleSeconds, correlationId: context.correlationId, signal });
      },
    }),
  },
  module: capturerModule,
});
