import { z } from 'zod';
import { defineCommand, defineQuery } from './define';
import { itemSchema, kindSchema, slugSchema, versionSchema } from './skill';
import { countersSchema, outcomeSchema, signalSourceSchema, signalTypeSchema } from './telemetry';

/** The kinds of use that a reader may ask for alone. */
export const countedEventSchema = z.enum(['view', 'download', 'install', 'activation', 'invocation']);

/** Which use is meant; all of it where nothing is said. */
export const usageFilterSchema = z.object({
  slug: slugSchema.optional(),
  kind: kindSchema.optional(),
  version: versionSchema.optional(),
  /** The pseudonym of the project. */
  project: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  trigger: z.string().min(1).max(64).optional(),
  /** Only this is counted, of invocations with how they went; other counters are left out, and so is cost. */
  event: countedEventSchema.optional(),
  /** Only the invocations that went so are counted; other counters are left out, and so is cost. */
  outcome: outcomeSchema.optional(),
});
export type UsageFilter = z.output<typeof usageFilterSchema>;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A zone of the IANA database. Offsets are none: databases disagree about their sign. */
export const zoneSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'use the name of an IANA time zone')
  .refine(isZone, 'use the name of an IANA time zone')
  .meta({ examples: ['Europe/Berlin'] });

export const usageBucketSchema = z.enum(['hour', 'day', 'week', 'month']);

/**
 * How probably the next invocation succeeds: the mean and the 95 % credible interval of Beta(1 + successes, 1 + others),
 * which is what a uniform prior and the invocations of known outcome come to. `of` says how many these are.
 */
export const successRateSchema = z.object({
  rate: z.number(),
  low: z.number(),
  high: z.number(),
  of: z.int(),
});

const sumsSchema = z.object({
  /** Those that a filter leaves out are not there. */
  ...countersSchema.partial().shape,
  /** Null where no outcome is known or counted. */
  success: successRateSchema.nullable(),
});

export const usageSeriesSchema = z.object({
  /** The first moment that is counted, and the first that is not. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Without gaps, oldest first. */
  buckets: z.array(
    sumsSchema.extend({
      start: z.iso.datetime(),
      /** Exact, or null where only sums are kept or so few would be known: see the route. */
      uniqueSkills: z.int().nullable(),
      uniqueProjects: z.int().nullable(),
      uniqueSessions: z.int().nullable(),
    }),
  ),
  totals: sumsSchema,
  /** Of as many days just before, where it was asked for. */
  previous: sumsSchema.extend({ from: z.iso.datetime(), to: z.iso.datetime() }).nullable(),
});

export const GetUsageSeries = defineQuery('telemetry.get-usage-series', 1, {
  summary:
    'Sums of use per hour, day, week or month of a time zone, of all use or of what filters let through.',
  scope: 'tenant:admin',
  input: z.object({
    days: z.int().min(1).max(365),
    tz: zoneSchema,
    bucket: usageBucketSchema,
    compare: z.boolean(),
    filter: usageFilterSchema,
  }),
  output: usageSeriesSchema,
});

/** One kind of signal, or all that tell of invocations. */
export const explainedEventSchema = z.enum([...signalTypeSchema.options, 'invocation']);

export const ExplainUsage = defineQuery('telemetry.explain-usage', 1, {
  summary: 'The signals behind a number, newest first, page by page.',
  scope: 'tenant:admin',
  input: z.object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    filter: usageFilterSchema.omit({ event: true }),
    event: explainedEventSchema.optional(),
    after: z.object({ at: z.iso.datetime(), id: z.uuid() }).optional(),
    limit: z.int().min(1).max(200),
  }),
  output: z.object({
    signals: z.array(
      z.object({
        id: z.uuid(),
        at: z.iso.datetime(),
        /** The time that was told lies too far from when it was received, which is what `at` is instead. */
        moved: z.boolean(),
        type: signalTypeSchema,
        source: signalSourceSchema,
        kind: kindSchema,
        slug: slugSchema,
        version: versionSchema.nullable(),
        times: z.int(),
        /** Pseudonyms, as is the session. */
        project: z.string().nullable(),
        session: z.string().nullable(),
        trigger: z.string().nullable(),
        invocation: z.uuid().nullable(),
        outcome: outcomeSchema.nullable(),
        /** US dollars. */
        cost: z.number().nullable(),
        /** Of an activation: every source that told of it under one of its merge keys. */
        sources: z.array(signalSourceSchema).nullable(),
      }),
    ),
    next: z.object({ at: z.iso.datetime(), id: z.uuid() }).nullable(),
  }),
});

/** What a tenant has decided about the records of its use. */
export const usagePolicySchema = z.object({
  /** False: nothing that is told of use is kept from now on; who reports it hears `declined`. */
  tracking: z.boolean(),
  /** False: nothing is kept from now on by which uses of one person or session could be put together. */
  people: z.boolean(),
  /**
   * Numbers of sessions of fewer people than this are not told, nor which session it was where so few have used an item
   * on a day. Where nobody says who they are, each session counts as a person.
   */
  leastPeople: z.int().min(3).max(1000),
  /** How long facts are kept, in days. Sums outlive them. */
  retentionDays: z.int().min(30).max(3650),
});
export type UsagePolicy = z.output<typeof usagePolicySchema>;

/** What holds where a tenant has decided nothing. */
export const usagePolicyDefaults: UsagePolicy = {
  ...{ tracking: true, people: true, leastPeople: 5, retentionDays: 730 },
};

export const SetUsagePolicy = defineCommand('telemetry.set-usage-policy', 1, {
  summary: 'Decide about the records of use; what is left out stays as it is.',
  scope: 'tenant:admin',
  input: usagePolicySchema.partial(),
  output: usagePolicySchema,
});

export const GetUsagePolicy = defineQuery('telemetry.get-usage-policy', 1, {
  summary: 'What the tenant has decided about the records of its use.',
  scope: 'tenant:admin',
  input: z.object({}),
  output: usagePolicySchema,
});

/** A place in what telemetry tells, in its order; opaque to whoever keeps it. */
export const newsPositionSchema = z.string().regex(/^\d{1,18}_\d{1,18}$/);

/** What telemetry tells of as it happens, by the names of its events. */
export const usageNewsTypeSchema = z.enum([
  ...['skill-used', 'skill-stats', 'regression-detected', 'regression-cleared'],
] as const);

export const GetUsageNews = defineQuery('telemetry.get-usage-news', 1, {
  summary: 'What was told of the use of items after a place, in order; without a place, where it stands now.',
  scope: 'tenant:admin',
  input: z.object({ after: newsPositionSchema.nullable(), limit: z.int().min(1).max(500) }),
  output: z.object({
    news: z.array(
      z.object({
        position: newsPositionSchema,
        type: usageNewsTypeSchema,
        at: z.iso.datetime(),
        /** As the event of that name carries it. */
        data: z.record(z.string(), z.json()),
      }),
    ),
    /** From where to ask on. */
    next: newsPositionSchema,
    more: z.boolean(),
  }),
});

/** A version that credibly succeeds less often than the one before it. */
export const regressionSchema = z.object({
  than: versionSchema,
  /** That its success rate is lower by more than 5 points. */
  probability: z.number(),
});

export const GetSkillStats = defineQuery('telemetry.get-skill-stats', 1, {
  summary: 'How each version of an item was used and how it went, the newest version first.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.object({
    versions: z.array(
      sumsSchema.extend({
        version: versionSchema.nullable(),
        /** Views, downloads, activations and invocations. */
        uses: z.int(),
        unknowns: z.int(),
        medianDurationMs: z.int().nullable(),
        /** A UTC day. */
        firstUsed: z.iso.date(),
        lastUsedAt: z.iso.datetime().nullable(),
        regression: regressionSchema.nullable(),
      }),
    ),
  }),
});
