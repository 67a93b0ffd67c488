import type { JobHandlers } from '@loam/jobs';
import type { JobSchedule, ServiceParts } from '@loam/service';
import { UploadReader } from '@loam/uploads';
import type { CapturerConfig, capturerEnvironment } from './capturer.env';
import type { capturerJobs } from './capturer.jobs';
import { closeSessions } from './close-sessions/close-sessions.job';
import { composeDraft } from './compose-draft/compose-draft.job';
import { draftingOf } from './drafting';
import { extractLesson } from './extract-lesson/extract-lesson.job';
import { handInDraft } from './hand-in-draft/hand-in-draft.job';
import { redactSession } from './redact-session/redact-session.job';
import { resumeSessions } from './resume-sessions/resume-sessions.job';
import { scoreSession } from './score-session/score-session.job';
import { sweepCaptures } from './sweep-captures/sweep-captures.job';

type Catalog = typeof capturerJobs;

/** What is done for sessions every so often. */
export function captureSchedules(config: CapturerConfig): JobSchedule<Catalog>[] {
  const [look, sweep] = [config.LOAM_SESSION_CLOSE_SECONDS * 1000, config.LOAM_CAPTURE_SWEEP_SECONDS * 1000];
  return [
    { job: 'closeSessions', id: 'close-sessions', data: {}, everyMs: look },
    { job: 'resumeSessions', id: 'resume-sessions', data: {}, everyMs: look },
    { job: 'sweepCaptures', id: 'sweep-captures', data: {}, everyMs: sweep },
  ];
}

/** How sessions become drafts. */
export function captureHandlers(
  parts: ServiceParts<typeof capturerEnvironment, Catalog>,
): Omit<JobHandlers<Catalog>, 'promoteDraft'> {
  const { store, blobs, jobs, bus, config, clock, log } = parts;
  const { database } = store;
  const step = { store, blobs, jobs };
  const threshold = config.LOAM_DRAFT_SCORE;
  const drafting = draftingOf(config, database, clock);
  return {
    redactSession: redactSession(step),
    scoreSession: scoreSession(step, threshold),
    extractLesson: extractLesson(step, drafting, threshold),
    composeDraft: composeDraft({ ...step, reader: new UploadReader({ blobs }) }, drafting),
    handInDraft: handInDraft({ ...step, bus }),
    closeSessions: async (_data, { context: { correlationId }, signal }) => {
      const idleSeconds = config.LOAM_SESSION_IDLE_SECONDS;
      await closeSessions({ store, jobs, idleSeconds, correlationId, signal });
    },
    resumeSessions: (_data, { context: { correlationId } }) => resumeSessions({ store, jobs, correlationId }),
    sweepCaptures: async (_data, { signal }) => {
      log.info(await sweepCaptures({ blobs, database, config, clock, signal }), 'swept captures');
    },
  };
}
