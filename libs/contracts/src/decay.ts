import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import {
  decayInputsSchema,
  decayPolicySchema,
  decayReasonSchema,
  decayRuleSchema,
  decayVerdictSchema,
  decidedBySchema,
  effectivePolicySchema,
  exemptionReasonSchema,
} from './decay-policy';
import { itemSchema, kindSchema, slugSchema, versionSchema } from './skill';

/** Where an item stands: all but `archived` are in the catalog as before. */
export const decayStateSchema = z.enum(['live', 'candidate', 'notified', 'archived']);
export type DecayState = z.output<typeof decayStateSchema>;

export const CandidateFlagged = defineEvent(
  'decay.candidate-flagged',
  1,
  itemSchema.extend({
    version: versionSchema,
    reasons: z.array(decayReasonSchema).min(1),
    policy: decidedBySchema,
    inputs: decayInputsSchema,
  }),
  { summary: 'An item became a decay candidate; it stays searchable and installable.' },
);

export const CandidateCleared = defineEvent(
  'decay.candidate-cleared',
  1,
  itemSchema.extend({
    /** `used`: somebody used it. `evidence`: no rule holds any more. `exempt`: it is exempt now. `archived`: it left. */
    because: z.enum(['used', 'evidence', 'exempt', 'archived']),
    exemptions: z.array(exemptionReasonSchema),
    /** Null where no sweep decided it. */
    policy: decidedBySchema.nullable(),
    inputs: decayInputsSchema.nullable(),
  }),
  { summary: 'An item is no decay candidate any more.' },
);

export const CandidateChanged = defineEvent(
  'decay.candidate-changed',
  1,
  itemSchema.extend({
    /** All that speak against it by now. */
    rules: z.array(decayRuleSchema).min(1),
    /** `used`: somebody used it, which ended the other ones. `evidence`: a sweep found it so. */
    because: z.enum(['used', 'evidence']),
    /** Null where no sweep decided it. */
    policy: decidedBySchema.nullable(),
    inputs: decayInputsSchema.nullable(),
  }),
  { summary: 'An item is a decay candidate still, for other reasons than before.' },
);

export const OwnerNotified = defineEvent(
  'decay.owner-notified',
  1,
  itemSchema.extend({
    /** A name that the policy gives, or else the token that published the latest version. */
    owner: z.string(),
    reasons: z.array(decayRuleSchema),
    /** When it is archived unless it is used; null: never by itself. */
    archiveAfter: z.iso.datetime().nullable(),
    policy: decidedBySchema,
    inputs: decayInputsSchema,
  }),
  { summary: 'The owner of a candidate is told of it, and of when it will be archived.' },
);

const countsShape = {
  examined: z.int(),
  flagged: z.int(),
  cleared: z.int(),
  notified: z.int(),
  /** For which archiving was asked of the registry. */
  archived: z.int(),
};
export const sweepCountsSchema = z.object(countsShape);
export type SweepCounts = z.output<typeof sweepCountsSchema>;

const sweepShape = {
  id: z.string(),
  at: z.iso.datetime(),
  /** `no-data`: nothing was used for too long to tell decay from an outage. `clock-behind`: the clock went back. */
  outcome: z.enum(['done', 'no-data', 'clock-behind']),
  policyVersion: z.int(),
  ...countsShape,
};

export const SweepCompleted = defineEvent('decay.sweep-completed', 1, z.object(sweepShape), {
  summary: 'Every live item of the tenant was looked at, or none for the reason given.',
});

const digestItemSchema = itemSchema.extend({ at: z.iso.datetime(), rules: z.array(decayRuleSchema) });
const digestShape = {
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** How many there are at the end. */
  candidates: z.int(),
  /** At most 20 of each, the newest first; the numbers count all. */
  flagged: z.array(digestItemSchema),
  flaggedTotal: z.int(),
  /** Whose owners were told. Absent from digests of before it was listed. */
  notified: z.array(digestItemSchema).default([]),
  notifiedTotal: z.int().default(0),
  revived: z.array(digestItemSchema),
  revivedTotal: z.int(),
  archived: z.array(digestItemSchema),
  archivedTotal: z.int(),
  /** Whose uses of the last 30 days fell most behind those of the 30 before. */
  decliners: z.array(itemSchema.extend({ before: z.int(), now: z.int() })),
};
export const decayDigestSchema = z.object(digestShape);

export const DigestMade = defineEvent(
  'decay.digest-made',
  1,
  /** `week` is its Monday. */
  z.object({ week: z.iso.date(), ...digestShape }),
  { summary: 'What decay came to in a week; once a week for each tenant.' },
);

export const decayCandidateSchema = z.object({
  slug: slugSchema,
  version: versionSchema,
  description: z.string(),
  useCount: z.int(),
  lastUsedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});

export const ListDecayCandidates = defineQuery('decay.list-candidates', 1, {
  summary:
    'Live skills that were not used for `days` and fewer than `max_uses` times in all, oldest use first.',
  scope: 'tenant:admin',
  input: z.object({
    days: z.int().min(1).max(1825),
    maxUses: z.int().min(0).max(100),
    limit: z.int().min(1).max(1000),
  }),
  output: z.array(decayCandidateSchema),
});

const standingSchema = itemSchema.extend({
  version: versionSchema.nullable(),
  description: z.string(),
  state: decayStateSchema,
  since: z.iso.datetime().nullable(),
  rules: z.array(decayRuleSchema),
  /** Who is told of it: as the policy in force says, or else who published the latest version. */
  owner: z.string().nullable(),
  /** When it is archived unless it is used, where its owner was told so. */
  archiveAfter: z.iso.datetime().nullable(),
  uses: z.int(),
  lastUsedAt: z.iso.datetime().nullable(),
  /** In which it was used. Exact below 64; an estimate, with a standard error of 13 %, from there on. */
  distinctProjects: z.object({ count: z.int(), exact: z.boolean() }),
  score: z.number(),
  pinned: z.boolean(),
  snoozedUntil: z.iso.datetime().nullable(),
});

const pageShape = { limit: z.int().min(1).max(1000), cursor: z.string().max(1000).nullable() };

export const ListStandings = defineQuery('decay.list-standings', 1, {
  summary: 'Items by their decayed score, the faintest first, page by page.',
  scope: 'tenant:admin',
  input: z.object({
    kind: kindSchema.nullable(),
    /** `decided`: candidates, notified or not. */
    state: z.enum(['decided', 'all', ...decayStateSchema.options]),
    rule: decayRuleSchema.nullable(),
    tag: z.string().max(64).nullable(),
    /** Only what scores less than this by now. */
    below: z.number().positive().nullable(),
    ...pageShape,
  }),
  output: z.object({ items: z.array(standingSchema), next: z.string().nullable() }),
  problems: ['cursor-invalid'],
});

export const PinItem = defineCommand('decay.pin-item', 1, {
  summary: 'Never let an item become a candidate, or let it again.',
  scope: 'tenant:admin',
  input: itemSchema.extend({ pinned: z.boolean() }),
  output: standingSchema,
  problems: ['skill-not-found'],
});

export const SnoozeItem = defineCommand('decay.snooze-item', 1, {
  summary: 'Let an item be no candidate for so many days; 0 ends that.',
  scope: 'tenant:admin',
  input: itemSchema.extend({ days: z.int().min(0).max(3650) }),
  output: standingSchema,
  problems: ['skill-not-found'],
});

const policyVersionSchema = z.object({
  /** 0: nobody has set one, and the defaults decide. */
  version: z.int(),
  policy: decayPolicySchema,
  setAt: z.iso.datetime().nullable(),
  setBy: z.string().nullable(),
});

export const GetDecayPolicy = defineQuery('decay.get-policy', 1, {
  summary: 'The policy of the tenant, or an earlier version of it.',
  scope: 'tenant:admin',
  input: z.object({ version: z.int().min(0).nullable() }),
  output: policyVersionSchema.extend({ defaults: z.array(effectivePolicySchema) }),
  problems: ['policy-not-found'],
});

export const ListDecayPolicies = defineQuery('decay.list-policies', 1, {
  summary: 'Every version of the policy, the newest first, at most 100.',
  scope: 'tenant:admin',
  input: z.object({}),
  output: z.array(policyVersionSchema),
});

export const SetDecayPolicy = defineCommand('decay.set-policy', 1, {
  summary: 'Decide by this policy from the next sweep on.',
  scope: 'tenant:admin',
  /** What it should be is told field by field by the service, as a rejection. */
  input: z.object({ policy: z.unknown() }),
  output: policyVersionSchema.extend({
    /** What was taken because an earlier version had it, though it decides about nothing now. */
    warnings: z.array(z.string()),
  }),
  problems: ['policy-invalid'],
});

const foreseenSchema = itemSchema.extend({
  state: decayStateSchema,
  /** Under the policy in force, and under the one that is tried. */
  before: z.boolean(),
  after: z.boolean(),
  reasons: z.array(decayReasonSchema),
  exemptions: z.array(exemptionReasonSchema),
});

export const TryDecayPolicy = defineQuery('decay.try-policy', 1, {
  summary: 'What a policy would decide, now or as things stood at the end of a past UTC day.',
  scope: 'tenant:admin',
  input: z.object({
    /** Absent or null: the policy in force. */
    policy: z.unknown(),
    on: z.iso.date().nullable(),
  }),
  output: z.object({
    at: z.iso.datetime(),
    examined: z.int(),
    /** How many would be candidates under the policy in force, and under this one. */
    candidatesBefore: z.int(),
    candidatesAfter: z.int(),
    /** What is decided differently; without a policy, every candidate. At most 1000. */
    items: z.array(foreseenSchema),
    truncated: z.boolean(),
  }),
  problems: ['policy-invalid', 'replay-too-long', 'day-not-past'],
});

export const ListSweeps = defineQuery('decay.list-sweeps', 1, {
  summary: 'The sweeps of the tenant, the newest first.',
  scope: 'tenant:admin',
  input: z.object(pageShape),
  output: z.object({ sweeps: z.array(z.object(sweepShape)), next: z.string().nullable() }),
  problems: ['cursor-invalid'],
});

export const RunSweep = defineCommand('decay.run-sweep', 1, {
  summary: 'Sweep the tenant now.',
  scope: 'tenant:admin',
  input: z.object({}),
  output: z.object({ id: z.string() }),
});

export const GetDecayDigest = defineQuery('decay.get-digest', 1, {
  summary: 'What decay came to in the last seven days.',
  scope: 'tenant:admin',
  input: z.object({}),
  output: decayDigestSchema,
});

export const ExplainDecay = defineQuery('decay.explain', 1, {
  summary: 'Why an item is a candidate or is none, from the events on.',
  scope: 'tenant:admin',
  input: itemSchema,
  output: z.object({
    standing: standingSchema,
    policy: decidedBySchema,
    /** Every threshold that decides about this item. */
    thresholds: effectivePolicySchema,
    /** Null where no version is live. */
    inputs: decayInputsSchema.nullable(),
    verdict: decayVerdictSchema.nullable(),
    score: z.object({
      formula: z.string(),
      /** As kept, and as added up anew from the days. */
      stored: z.number(),
      recomputed: z.number(),
    }),
    /** The last time that it became a candidate: the same inputs judged again by the policy of then. */
    decision: z
      .object({
        event: z.uuid(),
        at: z.iso.datetime(),
        policy: decidedBySchema,
        inputs: decayInputsSchema,
        reasons: z.array(decayReasonSchema),
        recomputed: decayVerdictSchema,
        same: z.boolean(),
      })
      .nullable(),
    versions: z.array(
      z.object({
        version: versionSchema.nullable(),
        live: z.boolean(),
        publishedAt: z.iso.datetime().nullable(),
        uses: z.int(),
        lastUsedDay: z.iso.date().nullable(),
        successes: z.int(),
        failures: z.int(),
        cost: z.number(),
      }),
    ),
    /** What this is drawn from, the newest first, at most 100. */
    events: z.array(
      z.object({
        id: z.uuid(),
        type: z.string(),
        at: z.iso.datetime(),
        /** The event that told it. */
        cause: z.string().nullable(),
        summary: z.string(),
      }),
    ),
  }),
  problems: ['skill-not-found'],
});
