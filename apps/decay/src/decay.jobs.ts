import { z } from 'zod';
import { itemSchema } from '@loam/contracts/skill';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** What decay owes itself. */
export const decayJobs = {
  planSweeps: defineJob('plan-sweeps', z.object({}), {
    summary: 'Owes every tenant a sweep.',
    ...{ attempts: 5, backoffMs: 2000, timeoutMs: 60_000 },
  }),
  sweepTenant: defineJob('sweep-tenant', z.object({ id: z.string() }), {
    summary: 'Looks at every live item of a tenant and decides where it stands.',
    ...{ attempts: 10, backoffMs: 2000, timeoutMs: 900_000 },
  }),
  archiveItem: defineJob('archive-item', itemSchema, {
    summary: 'Asks the registry to archive an item.',
    ...{ attempts: 10, backoffMs: 5000, timeoutMs: 30_000 },
  }),
  makeDigests: defineJob('make-digests', z.object({}), {
    summary: 'Tells every tenant once what the week came to.',
    ...{ attempts: 5, backoffMs: 5000, timeoutMs: 600_000 },
  }),
} satisfies JobCatalog;
