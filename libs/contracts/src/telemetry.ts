import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import { itemSchema, kindSchema, slugSchema, versionSchema } from './skill';

/** What skill-pool's clients report. */
export const usageEventSchema = z.enum(['view', 'download']);

/**
 * What may be told of the use of a skill. `view`, `download`, `install` and `activation` are uses; `started`, `ended`,
 * `rated` and `corrected` tell of one invocation; `outcome` says how a use went; `spent` is money and nothing else.
 */
export const signalTypeSchema = z.enum([
  ...['view', 'download', 'install', 'activation', 'spent'],
  ...['started', 'ended', 'rated', 'corrected', 'outcome'],
] as const);

/** Who told it. The gateway tells what it served itself. */
export const signalSourceSchema = z.enum(['gateway', 'api', 'hook', 'otel', 'transcript']);

export const outcomeSchema = z.enum(['success', 'partial', 'failure', 'unknown']);
export type Outcome = z.output<typeof outcomeSchema>;

/** Whose word an outcome is; a person's outweighs the model's, and that outweighs what was merely observed. */
export const judgeSchema = z.enum(['user', 'model', 'heuristic']);
export type Judge = z.output<typeof judgeSchema>;

/** What may lead to a use, as Claude Code's hooks and its export of OpenTelemetry name it. */
export const triggerSchema = z.enum([
  ...['user-slash', 'claude-proactive', 'claude-initiated', 'nested-skill', 'nested', 'other'],
] as const);

/** A keyed pseudonym in place of a project, session or person; what it stands for is known to nobody here. */
const pseudonymSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** One thing that was told of the use of a skill, of which nothing is content. Fields that say nothing are left out. */
export const signalSchema = z.object({
  /** Chosen by the reporter; the same id counts once. */
  id: z.uuid(),
  tenant: z.uuid(),
  type: signalTypeSchema,
  source: signalSourceSchema,
  kind: kindSchema,
  slug: slugSchema,
  /** Unknown where the reporter cannot tell. */
  version: versionSchema.nullable(),
  at: z.iso.datetime(),
  /** How many uses of the same this is, one unless it is said: whoever sees many counts those of a moment. */
  times: z.int().min(1).max(1_000_000).optional(),
  /** The token that told it; only the same one may tell more of an invocation. */
  actor: z.string().max(64).optional(),
  project: pseudonymSchema.optional(),
  session: pseudonymSchema.optional(),
  person: pseudonymSchema.optional(),
  /** What led to it: one of `triggerSchema`, or an older word. */
  trigger: z.string().max(64).optional(),
  /** Names under which other signals may tell of the same activation: one by tool call, one by prompt. */
  keys: z.array(z.string().max(200)).max(2).optional(),
  /** The invocation that it tells of. */
  invocation: z.uuid().optional(),
  outcome: outcomeSchema.optional(),
  judge: judgeSchema.optional(),
  rating: z.union([z.literal(-1), z.literal(1)]).optional(),
  durationMs: z.int().min(0).max(86_400_000).optional(),
  followUps: z.int().min(0).max(1000).optional(),
  /** US dollars. */
  cost: z.number().min(0).max(1_000_000).optional(),
});
export type Signal = z.output<typeof signalSchema>;

/** What is counted of the use of a skill, whatever the span of time. */
export const countersSchema = z.object({
  views: z.int(),
  downloads: z.int(),
  installs: z.int(),
  activations: z.int(),
  invocations: z.int(),
  successes: z.int(),
  partials: z.int(),
  failures: z.int(),
  corrections: z.int(),
  /** US dollars. */
  cost: z.number(),
});
export type Counters = z.output<typeof countersSchema>;

/** How many projects a sketch names at most. */
export const MOST_PROJECTS = 64;

/**
 * A sketch of a set of projects: the first 48 bits of their pseudonyms, the smallest 64 of them, ascending. These are the set
 * itself while there are fewer, and else k minimum values (Bar-Yossef, Jayram, Kumar, Sivakumar, Trevisan, "Counting Distinct
 * Elements in a Data Stream", RANDOM 2002). The smallest 64 of two sketches together are the sketch of both sets.
 */
const projectSketchSchema = z
  .array(
    z
      .int()
      .min(0)
      .max(2 ** 48 - 1),
  )
  .max(MOST_PROJECTS);

export const SkillUsed = defineEvent(
  'telemetry.skill-used',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema.nullable(),
    /** The UTC day that the totals are of, YYYY-MM-DD. */
    day: z.iso.date(),
    /** Grows with every publication for this item; a smaller one is out of date. */
    sequence: z.int(),
    /** Totals of the day so far, not differences. */
    views: z.int(),
    downloads: z.int(),
    lastUsedAt: z.iso.datetime(),
    /** The other totals. Absent from events of before more than views and downloads was counted. */
    ...countersSchema.omit({ views: true, downloads: true }).partial().shape,
    /**
     * Which projects used any version of it on the day so far: the first 48 bits of their pseudonyms, the smallest 64, ascending.
     * Absent where none was named, and from events of before they were told.
     */
    projects: projectSketchSchema.optional(),
  }),
  { summary: 'The use of a version on a day so far. At most one per item, version and few seconds.' },
);

/** Invocations of one version whose outcome is known. */
export const knownOutcomesSchema = z.object({
  successes: z.int(),
  /** Partial successes and failures. */
  others: z.int(),
});

export const SkillStats = defineEvent(
  'telemetry.skill-stats',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    /** Grows with every publication for this item; a smaller one is out of date. */
    sequence: z.int(),
    /** Views, downloads, activations and invocations of all time, not differences; so are the others. */
    uses: z.int(),
    invocations: z.int(),
    successes: z.int(),
    partials: z.int(),
    failures: z.int(),
    lastUsedAt: z.iso.datetime().nullable(),
  }),
  { summary: 'The use of an item in all and how it went. Told when it has changed, some seconds apart.' },
);

export const RegressionDetected = defineEvent(
  'telemetry.regression-detected',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema,
    /** The version before it, by precedence. */
    than: versionSchema,
    /** That its success rate is lower by more than `margin`, as far as these outcomes tell. */
    probability: z.number(),
    margin: z.number(),
    earlier: knownOutcomesSchema,
    later: knownOutcomesSchema,
  }),
  {
    summary:
      'A version credibly succeeds less often than the one before it. Once, until it is told to be over.',
  },
);

export const RegressionCleared = defineEvent(
  'telemetry.regression-cleared',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema,
    than: versionSchema,
    /** `superseded`: another version has come between the two, or one of them tells too little by now. */
    reason: z.enum(['recovered', 'superseded']),
    /** What it has become; null where the two are no longer compared. */
    probability: z.number().nullable(),
  }),
  { summary: 'What was told of a regression holds no more; it may be detected again.' },
);

/**
 * `recorded`: counted now or before. `conflict`: the id is known with another content; the first one stays. `foreign`: it
 * tells of an invocation that somebody else began; nothing was kept. `mismatched`: it names another item or version than the
 * invocation was started with; nothing was kept. `declined`: the tenant does not want it to be recorded.
 */
export const signalResultSchema = z.enum(['recorded', 'conflict', 'foreign', 'mismatched', 'declined']);
export type SignalResult = z.output<typeof signalResultSchema>;

export const RecordSignals = defineCommand('telemetry.record-signals', 1, {
  summary:
    'Record a batch of signals of any tenants in one commit; one result per signal, in the same order.',
  scope: 'telemetry:write',
  input: z.object({ signals: z.array(signalSchema).min(1).max(5000) }),
  output: z.object({ results: z.array(signalResultSchema) }),
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
  input: z.object({
    ...{ days: z.int().min(1).max(365), limit: z.int().min(1).max(100) },
    /** Absent in requests of before they could be narrowed. */
    filter: z
      .object({
        ...{ kind: kindSchema.optional(), version: versionSchema.optional() },
        ...{ project: pseudonymSchema.optional(), trigger: z.string().min(1).max(64).optional() },
      })
      .default({}),
  }),
  output: z.array(z.object({ slug: slugSchema, downloads: z.int(), views: z.int(), total: z.int() })),
});

export const GetSkillTotals = defineQuery('telemetry.get-skill-totals', 1, {
  summary: 'How often an item was used in all, and when last.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.object({ uses: z.int(), lastUsedAt: z.iso.datetime().nullable() }),
});

export const GetInvocation = defineQuery('telemetry.get-invocation', 1, {
  summary: 'What is known of an invocation, put together from all that was told of it.',
  scope: 'telemetry:write',
  input: z.object({ id: z.uuid() }),
  output: z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema.nullable(),
    at: z.iso.datetime(),
    /** The token that began it; only the same one may tell more of it. */
    actor: z.string(),
    outcome: outcomeSchema,
    judge: judgeSchema.nullable(),
    durationMs: z.int().nullable(),
    followUps: z.int().nullable(),
    corrections: z.int(),
    /** US dollars. */
    cost: z.number(),
    autoRating: z.object({ value: z.union([z.literal(-1), z.literal(1)]), reason: z.string() }).nullable(),
  }),
  problems: ['invocation-not-found'],
});
