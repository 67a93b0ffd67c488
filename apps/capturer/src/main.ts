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
import { capturerEnvironment } from './capturer.env';
import { capturerJobs } from './capturer.jobs';
import { capturerMigrations } from './capturer.migrations';
import { capturerModule } from './capturer.module';
import { closeSessions } from './close-sessions/close-sessions.job';
import { drafts } from './draft.projection';
import { Promoter } from './publish-draft/promoter';
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
    DraftPublicationRequested,
    DraftPublicationRefused,
    DraftPublished,
    DraftDiscarded,
    ...[SessionStarted, SessionExtended, SessionEnded, SessionScored],
    ...[SessionDismissed, SessionDeferred, SessionDrafted, SessionFailed],
  ],
  inline: [drafts, sessions],
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
      promoteDraft: async ({ draftId }, { tenant, context }) => {
        if (tenant === null) throw new Error('a draft belongs to a tenant');
        const actor = { type: 'service' as const, id: 'capturer' };
        await new Promoter(store, bus, blobs).promote({ ...context, tenant, actor }, draftId);
      },
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
