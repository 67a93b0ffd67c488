import { z } from 'zod';
import { itemSchema } from '@loam/contracts/skill';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** What registry owes itself. */
export const registryJobs = {
  sweepObjects: defineJob('sweep-objects', z.object({}), {
    summary: 'Removes uploads that nobody answered for and bundles that no version refers to.',
    attempts: 3,
    backoffMs: 5000,
    timeoutMs: 600_000,
  }),
  eraseBundles: defineJob('erase-bundles', itemSchema, {
    summary: 'Destroys the bytes of erased versions.',
    attempts: 10,
    backoffMs: 5000,
    timeoutMs: 60_000,
  }),
  mirrorCatalog: defineJob('mirror-catalog', z.object({ rebuild: z.boolean() }), {
    summary: "Brings the git mirror of a tenant's catalog up to date.",
    attempts: 10,
    backoffMs: 2000,
    timeoutMs: 3_600_000,
  }),
} satisfies JobCatalog;
