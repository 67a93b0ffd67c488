import { z } from 'zod';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** What capturer owes itself. */
export const capturerJobs = {
  promoteDraft: defineJob('promote-draft', z.object({ draftId: z.uuid() }), {
    summary: 'Carries a requested publication through, where the request itself did not.',
    attempts: 8,
    backoffMs: 1000,
    timeoutMs: 20_000,
  }),
} satisfies JobCatalog;
