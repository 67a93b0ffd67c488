import { z } from 'zod';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** What telemetry owes itself. */
export const telemetryJobs = {
  retention: defineJob('retention', z.object({}), {
    summary: 'Archives facts that are older than their tenant wants to keep them, and takes them out.',
    attempts: 5,
    backoffMs: 30_000,
    timeoutMs: 21_600_000,
  }),
} satisfies JobCatalog;
