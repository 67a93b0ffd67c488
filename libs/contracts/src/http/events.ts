import { z } from 'zod';
import { defineRoute } from '../define';
import { kindSchema, versionSchema } from '../skill';
import { judgeSchema, outcomeSchema } from '../telemetry';

/** What a reporter may name in clear; only a keyed pseudonym of it is kept. */
export const nameSchema = z.string().min(1).max(512);
/** A name that is kept as it is: no blanks, nothing that could be a sentence. */
export const wordSchema = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w.:-]+$/, 'use letters, digits and _ . : -');

const about = {
  /** A slug, or `plugin:skill` as Claude Code names the skills of plugins. */
  skill: z.string().min(1).max(256),
  kind: kindSchema.default('skill'),
  version: versionSchema.nullish(),
  project: nameSchema.nullish(),
  session: nameSchema.nullish(),
  user: nameSchema.nullish(),
  /** What led to it, such as `user-slash` or `claude-proactive`; a word that is not known is kept as `other`. */
  trigger: wordSchema(64).nullish(),
  /** Not enabled: it is not kept. */
  tracker: z.object({ enabled: z.boolean() }).optional(),
};
/** By which several tell of one activation; only keyed pseudonyms of them are kept. */
const keys = { tool_use_id: wordSchema(100).nullish(), prompt_id: wordSchema(64).nullish() };
const invocation = { invocation_id: z.uuid() };
const judged = { outcome: outcomeSchema, by: judgeSchema.nullish() };
const cost = { cost_usd: z.number().min(0).max(1_000_000).nullish() };
const ran = {
  duration_ms: z.int().min(0).max(86_400_000).nullish(),
  follow_up_iterations: z.int().min(0).max(1000).nullish(),
};

/** The CloudEvents 1.0 attributes that are read; others, and extensions, are ignored and not kept. */
export const cloudEvent = <Type extends string, Data extends z.ZodRawShape>(
  type: Type,
  id: string,
  data: Data,
) =>
  z
    .object({
      specversion: z.literal('1.0').default('1.0'),
      /** The same id counts once. What is no UUID is one of a kind together with `source`. */
      id: z.string().min(1).max(256),
      source: z.string().max(512).default(''),
      type: z.literal(type),
      /** When it happened; without it, or where it cannot be right, when it was received. */
      time: z.iso.datetime({ offset: true }).optional(),
      data: z.object(data),
    })
    .meta({ id });

const viewEvent = cloudEvent('loam.usage.view', 'ViewEvent', about);
const downloadEvent = cloudEvent('loam.usage.download', 'DownloadEvent', about);
const installEvent = cloudEvent('loam.usage.install', 'InstallEvent', about);
const activationEvent = cloudEvent('loam.usage.activation', 'ActivationEvent', { ...about, ...keys });
const startedEvent = cloudEvent('loam.invocation.started', 'InvocationStartedEvent', {
  ...about,
  /** The event's id, if that is a UUID, unless it is given. */
  invocation_id: z.uuid().nullish(),
});
const endedEvent = cloudEvent('loam.invocation.ended', 'InvocationEndedEvent', {
  ...{ ...about, ...invocation, ...judged, outcome: outcomeSchema.default('unknown') },
  ...{ ...ran, ...cost },
});
const ratedEvent = cloudEvent('loam.invocation.rated', 'InvocationRatedEvent', {
  ...{ ...about, ...invocation, rating: z.union([z.literal(-1), z.literal(1)]) },
});
const correctedEvent = cloudEvent('loam.invocation.corrected', 'InvocationCorrectedEvent', {
  ...{ ...about, ...invocation },
});
const outcomeEvent = cloudEvent('loam.outcome.reported', 'OutcomeReportedEvent', {
  ...{ ...about, invocation_id: z.uuid().nullish(), ...judged, ...cost },
});

/** Every event of use that may be reported. */
export const usageReportSchema = z.discriminatedUnion('type', [
  viewEvent,
  downloadEvent,
  installEvent,
  activationEvent,
  startedEvent,
  endedEvent,
  ratedEvent,
  correctedEvent,
  outcomeEvent,
]);
export type ReportedEvent = z.output<typeof usageReportSchema>;

/** The most events of one request. */
export const MOST_EVENTS = 1000;

/** Media types beside `application/json`: one event, a JSON array of them, one per line. */
export const CLOUD_EVENT = 'application/cloudevents+json';
export const CLOUD_EVENTS = 'application/cloudevents-batch+json';
export const EVENT_LINES = 'application/x-ndjson';

/**
 * `recorded`: durably, now or before. `declined`: nothing was kept, as somebody wished: the tenant by its policy, or who
 * reports it by `tracker.enabled` or the header `DNT: 1` or `Sec-GPC: 1`. `conflict`: the id was reported with other content, and that stays. `invalid`:
 * `pointer` says where, from the event on. `foreign`: the invocation was begun by somebody else. `unknown-skill`: there
 * is no such skill, or it has no such version.
 */
export const eventResultSchema = z
  .object({
    /** As it was sent; null where there was none. */
    id: z.string().nullable(),
    status: z.enum(['recorded', 'declined', 'conflict', 'invalid', 'foreign', 'unknown-skill']),
    code: z.string().optional(),
    /** A JSON pointer into the event. */
    pointer: z.string().optional(),
    detail: z.string().optional(),
  })
  .meta({ id: 'EventResult' });
export type EventResult = z.output<typeof eventResultSchema>;

export const reportEvents = defineRoute('reportEvents', 'POST /v1/events', {
  tag: 'Usage',
  summary:
    'Report events of use: one, an array, or one per line, at most 1,000; gzip and br are taken. A batch is answered ' +
    'with one result per event, in the same order. One event alone is answered with 202, or with the problem it has',
  scope: 'telemetry:write',
  accepts: [CLOUD_EVENT, CLOUD_EVENTS, EVENT_LINES],
  body: z.union([usageReportSchema, z.array(usageReportSchema).max(MOST_EVENTS)]),
  response: z.object({ results: z.array(eventResultSchema) }).meta({ id: 'EventResults' }),
  headers: {
    'RateLimit-Policy':
      'How many events the tenant may report in how many seconds, as in `"events";q=500;w=1`',
    RateLimit: 'How many of them are left, and in how many seconds all are again, as in `"events";r=480;t=1`',
  },
  problems: [
    ...(['event-invalid', 'usage-conflict', 'invocation-foreign', 'skill-not-found'] as const),
    ...(['version-not-found', 'rate-limited', 'media-type-unsupported'] as const),
  ],
});
