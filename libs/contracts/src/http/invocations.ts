import { z } from 'zod';
import { defineRoute } from '../define';
import { kindSchema, slugSchema, versionSchema } from '../skill';
import { judgeSchema, outcomeSchema } from '../telemetry';

const params = z.object({ id: z.uuid() });
const done = z.object({ ok: z.literal(true) });
const notYours = ['invocation-not-found', 'invocation-foreign', 'rate-limited'] as const;

export const startInvocation = defineRoute('startInvocation', 'POST /v1/telemetry/invocations/start', {
  tag: 'Invocations',
  summary:
    'Say that a skill begins to run. The same as the event `loam.invocation.started`. The same `Idempotency-Key` of the same token starts it once',
  scope: 'telemetry:write',
  body: z
    .object({
      /** The slug, despite its name, or `plugin:skill`. */
      skill_id: z.string().min(1).max(256),
      kind: kindSchema.default('skill'),
      /** The version, despite its name. */
      version_id: versionSchema.nullish(),
      /** Names the session; only a keyed pseudonym of it is kept. */
      session_hash: z.string().min(1).max(128).nullish(),
      /** Accepted for compatibility; nothing of it is kept. */
      client_meta: z.looseObject({}).nullish(),
    })
    .meta({ id: 'InvocationStart' }),
  response: z.object({ invocation_id: z.uuid() }),
  problems: ['skill-not-found', 'version-not-found', 'usage-conflict', 'invocation-foreign', 'rate-limited'],
});

export const endInvocation = defineRoute('endInvocation', 'POST /v1/telemetry/invocations/{id}/end', {
  tag: 'Invocations',
  summary: 'Say that it has ended and how. Of several ends the last one told counts, and all are kept',
  scope: 'telemetry:write',
  params,
  body: z
    .object({
      duration_ms: z.int().min(0).max(86_400_000).nullish(),
      follow_up_iterations: z.int().min(0).max(1000).nullish(),
      outcome: outcomeSchema.default('unknown'),
    })
    .meta({ id: 'InvocationEnd' }),
  response: done,
  problems: [...notYours],
});

export const rateInvocation = defineRoute('rateInvocation', 'POST /v1/telemetry/invocations/{id}/rate', {
  tag: 'Invocations',
  summary: 'Say what the person thinks of it. The last word counts, above what model and heuristic said',
  scope: 'telemetry:write',
  params,
  body: z
    .object({
      value: z.union([z.literal(-1), z.literal(1)]),
      /** Accepted for compatibility; it is not kept. */
      comment: z.string().max(500).nullish(),
    })
    .meta({ id: 'InvocationRating' }),
  response: done,
  problems: [...notYours],
});

export const getInvocation = defineRoute('getInvocation', 'GET /v1/telemetry/invocations/{id}', {
  tag: 'Invocations',
  summary: 'What is known of an invocation, put together from all that was told of it',
  scope: 'telemetry:write',
  params,
  response: z
    .object({
      invocation_id: z.uuid(),
      skill: slugSchema,
      kind: kindSchema,
      version: versionSchema.nullable(),
      /** When it began, or the first that was told of it. */
      at: z.iso.datetime(),
      outcome: outcomeSchema,
      /** Whose word the outcome is; null while nobody has said. */
      by: judgeSchema.nullable(),
      duration_ms: z.int().nullable(),
      follow_up_iterations: z.int().nullable(),
      corrections: z.int(),
      cost_usd: z.number(),
      /** The rating that follows from the outcome, and why; null where the outcome is unknown. */
      auto_rating: z.object({ value: z.union([z.literal(-1), z.literal(1)]), reason: z.string() }).nullable(),
    })
    .meta({ id: 'Invocation' }),
  problems: ['invocation-not-found'],
});
