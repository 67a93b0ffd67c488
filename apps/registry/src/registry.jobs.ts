import { z } from 'zod';
import { findingSchema } from '@loam/contracts/registry';
import { itemSchema, slugSchema, versionSchema } from '@loam/contracts/skill';
import { defineJob, type JobCatalog } from '@loam/jobs';

const transferSchema = z.object({ id: z.uuid(), slug: z.string() });

const scannableSchema = itemSchema.extend({
  version: versionSchema,
  /** What there is to say of its name, where no scan has said it yet. */
  named: findingSchema.array().optional(),
});

/** What registry owes itself. */
export const registryJobs = {
  sweepObjects: defineJob('sweep-objects', z.object({}), {
    summary: 'Removes uploads that nobody answered for and bundles that no version refers to.',
    attempts: 3,
    backoffMs: 5000,
    timeoutMs: 600_000,
  }),
  scanVersion: defineJob('scan-version', scannableSchema, {
    summary: 'Asks the safety gate about a version of which it could not tell, or that came in an archive.',
    attempts: 5,
    backoffMs: 2000,
    timeoutMs: 180_000,
  }),
  rescanCatalog: defineJob('rescan-catalog', z.object({}), {
    summary: 'Asks the safety gate about every version that other rules judged, or none.',
    attempts: 5,
    backoffMs: 5000,
    timeoutMs: 21_600_000,
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
  exportTenant: defineJob('export-tenant', transferSchema, {
    summary: "Writes a tenant's log and bundles into one archive.",
    attempts: 5,
    backoffMs: 5000,
    timeoutMs: 3_600_000,
  }),
  importTenant: defineJob('import-tenant', transferSchema, {
    summary: "Takes a tenant's log and bundles from an archive.",
    attempts: 5,
    backoffMs: 5000,
    timeoutMs: 3_600_000,
  }),
  refreshPlans: defineJob('refresh-plans', z.object({}), {
    summary: 'Owes a refresh to each project whose plan was not asked for as long as it wants.',
    attempts: 3,
    backoffMs: 5000,
    timeoutMs: 60_000,
  }),
  refreshPlan: defineJob('refresh-plan', z.object({ slug: slugSchema }), {
    summary: 'Fetches the plan of a project from its address.',
    attempts: 5,
    backoffMs: 5000,
    timeoutMs: 30_000,
  }),
  indexTexts: defineJob('index-texts', z.object({ items: itemSchema.array().nullable() }), {
    summary: 'Keeps the text of items and its vectors for the search; without items, of all that lack them.',
    attempts: 8,
    backoffMs: 2000,
    timeoutMs: 3_600_000,
  }),
} satisfies JobCatalog;
