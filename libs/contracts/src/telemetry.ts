import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import { itemSchema, kindSchema, slugSchema, versionSchema } from './skill';

export const usageEventSchema = z.enum(['view', 'download']);

/** One use, as the gateway saw it or a client reported it. */
export const usageSchema = z.object({
  /** Chosen by the reporter; the same id counts once. */
  id: z.uuid(),
  tenant: z.uuid(),
  kind: kindSchema,
  slug: slugSchema,
  /** Unknown where the reporter cannot tell. */
  version: versionSchema.nullable(),
  event: usageEventSchema,
  at: z.iso.datetime(),
  /** How many uses of the same this is: whoever sees many counts those of a moment. */
  times: z.int().min(1).max(1_000_000).default(1),
});
export type Usage = z.output<typeof usageSchema>;

export const SkillUsed = defineEvent(
  'telemetry.skill-used',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema.nullable(),
    /** The UTC day that the totals are of, YYYY-MM-DD. */
    day: z.iso.date(),
    /** Grows with every publication for this item, version and day; a smaller one is out of date. */
    sequence: z.int(),
    /** Totals of the day so far, not differences. */
    views: z.int(),
    downloads: z.int(),
    /** How runs of it ended. Absent until outcomes are reported; required once telemetry counts them. */
    successes: z.int().optional(),
    failures: z.int().optional(),
    lastUsedAt: z.iso.datetime(),
  }),
  { summary: 'The use of a version on a day so far. At most one per item, version and few seconds.' },
);

/** `recorded`: counted now or before. `conflict`: the id is known with another content; the first one stays. */
export const usageResultSchema = z.enum(['recorded', 'conflict']);

export const RecordUsage = defineCommand('telemetry.record-usage', 1, {
  summary: 'Record a batch of uses of any tenants in one commit; one result per use, in the same order.',
  scope: 'telemetry:write',
  input: z.object({ uses: z.array(usageSchema).min(1).max(5000) }),
  output: z.object({ results: z.array(usageResultSchema) }),
});

export const KnowsSkill = defineQuery('telemetry.knows-skill', 1, {
  summary: 'Whether telemetry has heard of the item from the registry.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.object({ known: z.boolean() }),
});

export const GetUsageTimeline = defineQuery('telemetry.get-usage-timeline', 1, {
  summary: 'Uses per UTC day, without gaps, oldest first, the last one being today.',
  scope: 'tenant:admin',
  input: z.object({ days: z.int().min(1).max(365) }),
  output: z.array(
    z.object({ day: z.iso.date(), downloads: z.int(), views: z.int(), unique_skills: z.int() }),
  ),
});

export const GetTopSkills = defineQuery('telemetry.get-top-skills', 1, {
  summary: 'The most used slugs of the last days.',
  scope: 'tenant:admin',
  input: z.object({ days: z.int().min(1).max(365), limit: z.int().min(1).max(100) }),
  output: z.array(z.object({ slug: slugSchema, downloads: z.int(), views: z.int(), total: z.int() })),
});

export const GetSkillTotals = defineQuery('telemetry.get-skill-totals', 1, {
  summary: 'How often an item was used in all, and when last.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.object({ uses: z.int(), lastUsedAt: z.iso.datetime().nullable() }),
});
