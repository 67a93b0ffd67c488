import { z } from 'zod';
import { defineRoute } from '../define';
import { kindSchema, slugSchema, versionSchema } from '../skill';
import { outcomeSchema } from '../telemetry';
import {
  countedEventSchema,
  explainedEventSchema,
  ExplainUsage,
  GetSkillStats,
  usageBucketSchema,
  usagePolicySchema,
  usageSeriesSchema,
  zoneSchema,
} from '../usage';
import { clamped } from './telemetry';

const filters = {
  skill: slugSchema.optional(),
  kind: kindSchema.optional(),
  version: versionSchema.optional(),
  /** The name under which clients report the project; only its pseudonym leaves the gateway. */
  project: z.string().min(1).max(256).optional(),
  trigger: z.string().min(1).max(64).optional(),
};

export const usageSeries = defineRoute('usageSeries', 'GET /v1/tenant/usage/series', {
  tag: 'Usage',
  summary:
    'Sums per hour (of at most 31 days), day, week or month of a time zone. Unique skills, projects and sessions are exact for days, weeks and months of UTC without other filters than skill and kind, and null otherwise; so are sessions of fewer people than the policy wants. Counters that `event` or `outcome` leaves out are not there',
  scope: 'tenant:admin',
  query: z.object({
    days: clamped(30, 1, 365),
    tz: zoneSchema.default('UTC'),
    bucket: usageBucketSchema.default('day'),
    ...filters,
    event: countedEventSchema.optional(),
    outcome: outcomeSchema.optional(),
    compare: z.enum(['previous']).optional(),
    format: z.enum(['json', 'csv']).default('json'),
  }),
  response: usageSeriesSchema.meta({ id: 'UsageSeries' }),
});

export const getUsagePolicy = defineRoute('getUsagePolicy', 'GET /v1/tenant/usage/policy', {
  tag: 'Usage',
  summary: 'What is kept of the use of skills, for how long, and from how many people on it is told',
  scope: 'tenant:admin',
  response: usagePolicySchema.meta({ id: 'UsagePolicy' }),
});

export const setUsagePolicy = defineRoute('setUsagePolicy', 'PATCH /v1/tenant/usage/policy', {
  tag: 'Usage',
  summary:
    'Turn the recording of use off, or what of it could be put together by person; how many people a number must stand for, and for how many days facts are kept. Holds within two seconds',
  scope: 'tenant:admin',
  body: usagePolicySchema.partial().meta({ id: 'UsagePolicyChange' }),
  response: usagePolicySchema,
});

export const liveUsage = defineRoute('liveUsage', 'GET /v1/tenant/usage/live', {
  tag: 'Usage',
  summary:
    'What is told of use as it happens, as server-sent events: `ready`, then `skill-used` (totals of a day so far), `skill-stats`, `regression-detected` and `regression-cleared`, with the data of the events of these names. After a break, `Last-Event-ID` goes on where the client was. Ends when the token is revoked, when the client does not read, and after `seconds`',
  scope: 'tenant:admin',
  query: z.object({ seconds: clamped(3600, 1, 3600) }),
  media: 'text/event-stream',
});

export const explainUsage = defineRoute('explainUsage', 'GET /v1/tenant/usage/explain', {
  tag: 'Usage',
  summary:
    'The signals behind a number, newest first; with `outcome`, or `invocation` as the event, all that tell of the invocations that began in the span. Projects and sessions are pseudonyms; a session is null where fewer people than the policy wants have used the item on that day',
  scope: 'tenant:admin',
  query: z.object({
    /** The last day unless they are given. */
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    ...filters,
    event: explainedEventSchema.optional(),
    outcome: outcomeSchema.optional(),
    limit: clamped(50, 1, 200),
    cursor: z.string().max(100).optional(),
  }),
  response: z
    .object({ signals: ExplainUsage.output.shape.signals, next_cursor: z.string().nullable() })
    .meta({ id: 'UsageExplained' }),
});

export const skillStats = defineRoute('skillStats', 'GET /v1/skills/{slug}/stats', {
  tag: 'Usage',
  summary:
    'How each version was used and how it went. A version is a regression where, with at least 20 invocations of known outcome of it and of the one before, its success rate is lower by more than 5 points with a probability of at least 0.95',
  scope: 'skills:read',
  params: z.object({ slug: slugSchema }),
  query: z.object({ kind: kindSchema.default('skill') }),
  response: GetSkillStats.output.meta({ id: 'SkillStats' }),
  problems: ['skill-not-found'],
});
