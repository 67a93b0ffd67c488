import { z } from 'zod';
import { kindSchema, slugSchema, versionSchema, type Kind } from './skill';

/** Why an item may become a candidate. */
export const decayRuleSchema = z.enum([
  ...['unused', 'declining', 'failing', 'duplicate', 'superseded', 'one-and-done', 'stale-evaluation'],
] as const);
export type DecayRule = z.output<typeof decayRuleSchema>;

/** Why it is none whatever the rules say. */
export const decayExemptionSchema = z.enum([
  ...['pinned', 'snoozed', 'young', 'required', 'listed', 'seasonal'],
] as const);
export type DecayExemption = z.output<typeof decayExemptionSchema>;

const days = z.int().min(1).max(1825);

/** The rules of a policy; one that is null is off, one that is left out is as the kind has it by default. */
const rulesSchema = z.strictObject({
  /** Last used before so many days, or never, and fewer than `max_uses` times in all. */
  unused: z.strictObject({ days, max_uses: z.int().min(0).max(100_000) }).nullable(),
  /** Used in the last `days` less than (1 - drop) of what the time before lets expect, and that was enough. */
  declining: z
    .strictObject({
      days: z.union([z.literal(7), z.literal(30), z.literal(90)]),
      min_before: z.int().min(1).max(1_000_000),
      drop: z.number().min(0.1).max(1),
    })
    .nullable(),
  /** Among the outcomes of 90 days: the success rate is below this with such a probability. */
  failing: z
    .strictObject({
      below: z.number().min(0.01).max(0.99),
      min_outcomes: z.int().min(1).max(100_000),
      confidence: z.number().min(0.5).max(0.9999),
    })
    .nullable(),
  /** The same content is published under another name that is more alive, and this was not used for so many days. */
  duplicate: z.strictObject({ quiet_days: days }).nullable(),
  /** Its latest version names a live successor by the tag `superseded-by:<slug>`, and it was not used for so long. */
  superseded: z.strictObject({ quiet_days: days }).nullable(),
  /** Used on one single day, so many days ago. */
  one_and_done: z.strictObject({ days }).nullable(),
  /** Used often in 14 days, and last judged before so many. */
  stale_evaluation: z.strictObject({ days, min_uses: z.int().min(1).max(1_000_000) }).nullable(),
});

const exemptSchema = z.strictObject({
  /** Since its first publication, or since it came back. */
  young_days: z.int().min(0).max(1825),
  /** By the latest version of a live item. */
  required: z.boolean(),
  /** By a project. */
  listed: z.boolean(),
  seasonal: z.boolean(),
});

const restSchema = z.strictObject({
  /** How long a candidate waits before its owner is told. */
  notify_after_days: z.int().min(0).max(365),
  /** Archives what its owner was told of so many days ago; null: nothing is archived by itself. */
  archive: z
    .strictObject({
      after_days: z.int().min(1).max(365),
      /** Who is told; null: who published the latest version. */
      owner: z.string().trim().min(1).max(200).nullable(),
    })
    .nullable(),
});

const scopeShape = { kind: kindSchema, tag: z.string().min(1).max(64).nullable().default(null) };

/**
 * What is decided for the items of a kind, or of a kind and a tag. What an entry with a tag leaves out is as the entry of
 * its kind without one says, and else the kind's default.
 */
const scopedPolicySchema = restSchema.partial().extend({
  ...scopeShape,
  rules: rulesSchema.partial().default({}),
  exempt: exemptSchema.partial().default({}),
});

/**
 * The policy of a tenant. Of several tags that an item has, the first in the list decides; a tag goes before the kind
 * alone.
 */
export const decayPolicySchema = z
  .strictObject({
    /**
     * Without any use of any item for so many days there is no data, and a sweep decides nothing. The days of
     * such a silence count neither as disuse nor as waiting.
     */
    silence_days: z.int().min(1).max(365).default(7),
    policies: z.array(scopedPolicySchema).max(100),
  })
  .superRefine(({ policies }, context) => {
    const seen = new Map<string, number>();
    policies.forEach(({ kind, tag }, index) => {
      const scope = JSON.stringify([kind, tag]);
      const first = seen.get(scope);
      if (first === undefined) seen.set(scope, index);
      else
        context.addIssue({
          code: 'custom',
          path: ['policies', index, tag === null ? 'kind' : 'tag'],
          message: `overlaps with /policies/${String(first)}, which decides for the same kind and tag`,
        });
    });
  });
export type DecayPolicy = z.output<typeof decayPolicySchema>;

/** All that decides about one item. */
export const effectivePolicySchema = restSchema.extend({
  ...scopeShape,
  rules: rulesSchema,
  exempt: exemptSchema,
});
export type EffectivePolicy = z.output<typeof effectivePolicySchema>;

const windowsShape = { d7: z.int(), d14: z.int(), d30: z.int(), d90: z.int(), d180: z.int() };
/** Uses of the last so many UTC days, the present one among them. */
const decayWindowsSchema = z.object(windowsShape);

/** All that the rules look at. */
export const decayInputsSchema = z.object({
  /** When it was looked at. */
  at: z.iso.datetime(),
  version: versionSchema,
  tags: z.array(z.string()),
  /** Full days since the first publication, or the return. */
  ageDays: z.int(),
  uses: z.int(),
  lastUsedAt: z.iso.datetime().nullable(),
  /** When the last outage of telemetry ended: a decline is not told of days before. Null: there was none. */
  heardSince: z.iso.datetime().nullable().default(null),
  /** Days since its last use, or of all its life, from which nothing was heard of any item: no days of disuse. */
  silentDays: z.int().default(0),
  /** The first and last UTC day of use. */
  firstUsedDay: z.iso.date().nullable(),
  lastUsedDay: z.iso.date().nullable(),
  /** Uses, each halved every 30 days; see the score of the vitals. */
  score: z.number(),
  windows: decayWindowsSchema,
  /** The same windows 182 and 365 days before. */
  halfYearBefore: decayWindowsSchema,
  yearBefore: decayWindowsSchema,
  /** Uses since then, but for the last 30 days; and in the half year before that. */
  sinceHalfYear: z.int(),
  sinceYear: z.int(),
  theHalfYearBefore: z.int(),
  /** Of the invocations of 90 days, but none of before a success ended that it was failing. */
  successes: z.int(),
  failures: z.int(),
  /** US dollars, of 90 days. */
  cost: z.number(),
  /** Live items whose latest version requires it, and projects that list it. */
  dependants: z.int(),
  projects: z.int(),
  pinned: z.boolean(),
  snoozedUntil: z.iso.datetime().nullable(),
  duplicateOf: slugSchema.nullable(),
  supersededBy: slugSchema.nullable(),
  evaluatedAt: z.iso.datetime().nullable(),
});
export type DecayInputs = z.output<typeof decayInputsSchema>;

/** A rule that holds, or an exemption, and what it is drawn from. */
export const decayReasonSchema = z.object({ rule: decayRuleSchema, detail: z.string() });
export type DecayReason = z.output<typeof decayReasonSchema>;
export const exemptionReasonSchema = z.object({ exemption: decayExemptionSchema, detail: z.string() });

export const decayVerdictSchema = z.object({
  candidate: z.boolean(),
  reasons: z.array(decayReasonSchema),
  exemptions: z.array(exemptionReasonSchema),
});
export type DecayVerdict = z.output<typeof decayVerdictSchema>;

/** Which policy decided: its version (0: the defaults, nobody has set one) and the entry of it. */
export const decidedBySchema = z.object({ version: z.int(), kind: kindSchema, tag: z.string().nullable() });

const common = {
  declining: { days: 30, min_before: 10, drop: 0.9 },
  failing: { below: 0.5, min_outcomes: 20, confidence: 0.95 },
  duplicate: { quiet_days: 14 },
  superseded: { quiet_days: 14 },
  one_and_done: { days: 60 },
} as const;
const exempt = { young_days: 30, required: true, listed: true, seasonal: true };
const rest = { tag: null, exempt, notify_after_days: 7, archive: null };

/**
 * What decides where a policy says nothing. Agents cost more while they fail, and fewer outcomes must do; commands are
 * typed by hand, so that a quarter without use says more of them, and nothing evaluates them.
 */
export const decayDefaults: Readonly<Record<Kind, EffectivePolicy>> = {
  skill: {
    ...{ ...rest, kind: 'skill' },
    rules: {
      ...{ ...common, unused: { days: 180, max_uses: 3 } },
      stale_evaluation: { days: 180, min_uses: 10 },
    },
  },
  agent: {
    ...{ ...rest, kind: 'agent' },
    rules: {
      ...{ ...common, unused: { days: 120, max_uses: 3 } },
      ...{ failing: { ...common.failing, min_outcomes: 10 } },
      stale_evaluation: { days: 90, min_uses: 10 },
    },
  },
  command: {
    ...{ ...rest, kind: 'command' },
    rules: { ...common, unused: { days: 90, max_uses: 3 }, stale_evaluation: null },
  },
};
