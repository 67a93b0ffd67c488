import { z } from 'zod';
import { defineRoute } from '../define';
import { kindSchema, versionSchema } from '../skill';
import { GetTopSkills, GetUsageTimeline, usageEventSchema } from '../telemetry';

/** An integer parameter that is clamped rather than refused, as skill-pool does. */
export const clamped = (fallback: number, least: number, most: number) =>
  z.coerce
    .number()
    .int()
    .default(fallback)
    .transform((value) => Math.min(Math.max(value, least), most));

export const reportUsage = defineRoute('reportUsage', 'POST /v1/usage', {
  tag: 'Usage',
  summary:
    'Report one use. Answered when it is durably recorded; the same `id` counts once, as does the same `Idempotency-Key` of a token where there is none',
  scope: 'skills:read',
  body: z
    .object({
      /** The slug, despite its name. */
      skill_id: z.string().min(1).max(256),
      kind: kindSchema.default('skill'),
      event: usageEventSchema,
      version: z.string().max(128).optional(),
      /** Chosen by the client, so that a retry counts once. */
      id: z.uuid().optional(),
      /** Accepted for compatibility. */
      project_hash: z.string().max(256).optional(),
    })
    .meta({ id: 'UsageReport' }),
  status: 202,
  problems: ['skill-not-found', 'version-not-found', 'usage-conflict'],
});

export const usageTimeline = defineRoute('usageTimeline', 'GET /v1/tenant/usage/timeline', {
  tag: 'Usage',
  summary: 'Uses per UTC day without gaps, oldest first',
  scope: 'tenant:admin',
  query: z.object({ days: clamped(30, 1, 365) }),
  response: GetUsageTimeline.output,
});

export const topSkills = defineRoute('topSkills', 'GET /v1/tenant/usage/top', {
  tag: 'Usage',
  summary: 'The most used skills',
  scope: 'tenant:admin',
  query: z.object({
    ...{ days: clamped(30, 1, 365), limit: clamped(10, 1, 100) },
    ...{ kind: kindSchema.optional(), version: versionSchema.optional() },
    /** The name under which clients report the project; only its pseudonym leaves the gateway. */
    project: z.string().min(1).max(256).optional(),
    trigger: z.string().min(1).max(64).optional(),
  }),
  response: GetTopSkills.output,
});
