import { z } from 'zod';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** What registry owes itself. */
export const registryJobs = {
  sweepObjects: defineJob('sweep-objects', z.object({}), {
    summary: 'Removes uploads that nobody answered for and bundles that no version refers to.',
    attempts: 3,
    backoffMs: 5000,
    timeoutMs: 600_000,
  }),
} satisfies JobCatalog;
