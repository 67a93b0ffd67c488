import { z } from 'zod';
import { funnelStageSchema, sessionSignalSchema, sessionStatusSchema } from '../capture';
import { defineRoute } from '../define';
import {
  CLOUD_EVENT,
  cloudEvent,
  CLOUD_EVENTS,
  EVENT_LINES,
  eventResultSchema,
  MOST_EVENTS,
  nameSchema,
  wordSchema,
} from './events';
import { clamped } from './telemetry';

/** Text that a person, a model or a tool wrote; only its redacted form is kept. */
const textSchema = z.string().max(4000).nullish();
const labelSchema = z.string().max(128).nullish();

const about = {
  /** The session as the client names it; only a keyed pseudonym of it is kept. */
  session: nameSchema,
  /** The place within the session, counted by the client; captures are read in this order. */
  sequence: z.int().min(0).max(1_000_000_000).nullish(),
  project: nameSchema.nullish(),
  user: nameSchema.nullish(),
  prompt_id: wordSchema(64).nullish(),
};
const tool = {
  ...about,
  tool: z.string().min(1).max(200),
  tool_use_id: wordSchema(100).nullish(),
  /** The command, or the path of the file. */
  target: z.string().max(1000).nullish(),
  output: textSchema,
  duration_ms: z.int().min(0).max(86_400_000).nullish(),
};
/**
 * How many bytes of transcript the session will have when all is uploaded. The session ends when they are there, or
 * after a time without any.
 */
const transcript_bytes = z.int().min(0).nullish();

/** Every event of a session that may be captured. */
export const captureReportSchema = z.discriminatedUnion('type', [
  cloudEvent('loam.capture.session-started', 'CaptureSessionStartedEvent', {
    ...{ ...about, source: wordSchema(64).nullish(), model: labelSchema },
    /** The client and its version, such as `claude-code/2.1.240`. */
    client: labelSchema,
  }),
  cloudEvent('loam.capture.prompted', 'CapturePromptedEvent', { ...about, text: textSchema }),
  cloudEvent('loam.capture.tool-used', 'CaptureToolUsedEvent', tool),
  cloudEvent('loam.capture.tool-failed', 'CaptureToolFailedEvent', {
    ...{ ...tool, error: textSchema },
    /** Somebody or some rule refused the call; the tool itself did not fail. */
    denied: z.boolean().nullish(),
  }),
  cloudEvent('loam.capture.stopped', 'CaptureStoppedEvent', {
    ...{ ...about, text: textSchema },
    /** More than none: the session only waits for them. */
    background_tasks: z.int().min(0).max(100_000).nullish(),
  }),
  cloudEvent('loam.capture.subagent-stopped', 'CaptureSubagentStoppedEvent', {
    ...{ ...about, text: textSchema, agent_id: wordSchema(100).nullish(), agent_type: labelSchema },
  }),
  cloudEvent('loam.capture.session-ended', 'CaptureSessionEndedEvent', {
    ...{ ...about, reason: wordSchema(64).nullish(), transcript_bytes },
  }),
  cloudEvent('loam.capture.marker', 'CaptureMarkerEvent', { ...about, text: textSchema, transcript_bytes }),
]);
export type CaptureReport = z.output<typeof captureReportSchema>;

export const reportCaptures = defineRoute('reportCaptures', 'POST /v1/capture/events', {
  tag: 'Capture',
  summary:
    'Report what happened in sessions: one event, an array, or one per line, at most 1,000 and 1 MiB; gzip and br are ' +
    'taken. A batch is answered with one result per event, in the same order. One event alone is answered with 202, or ' +
    'with the problem it has. The same id counts once. `marker` and `session-ended` end the session; anything after ' +
    'that goes on with it',
  scope: 'capture:write',
  accepts: [CLOUD_EVENT, CLOUD_EVENTS, EVENT_LINES],
  body: z.union([captureReportSchema, z.array(captureReportSchema).max(MOST_EVENTS)]),
  response: z.object({ results: z.array(eventResultSchema) }).meta({ id: 'EventResults' }),
  problems: ['event-invalid', 'capture-conflict', 'rate-limited', 'media-type-unsupported', 'body-too-large'],
});

/** The most bytes of transcript in one request. */
export const CHUNK_BYTES = 4 * 1024 * 1024;
export const CHUNK = 'application/octet-stream';

/** Where the next bytes of a transcript are expected, as resumable uploads tell it. */
export const UPLOAD_OFFSET = 'Upload-Offset';

export const uploadTranscript = defineRoute(
  'uploadTranscript',
  'PUT /v1/capture/sessions/{session}/transcript/{offset}',
  {
    tag: 'Capture',
    summary:
      'Upload the next bytes of a transcript, redacted, at most 4 MiB and whole lines if possible; gzip and br are ' +
      'taken. `session` is as in events, and `offset` is how many bytes were uploaded before. Bytes that are there ' +
      'already are not stored again; a gap is refused with 409 and the header `Upload-Offset`',
    scope: 'capture:write',
    params: z.object({ session: nameSchema, offset: z.coerce.number().int().min(0) }),
    upload: CHUNK,
    response: z
      .object({
        /** Loam's id of the session. */
        session: z.uuid(),
        /** From where on to go on. */
        offset: z.int(),
      })
      .meta({ id: 'TranscriptProgress' }),
    headers: { [UPLOAD_OFFSET]: 'How many bytes of the transcript are there' },
    problems: ['transcript-gap', 'transcript-too-large', 'body-too-large', 'rate-limited'],
  },
);

const sessionResponse = z
  .object({
    id: z.uuid(),
    status: sessionStatusSchema,
    person: z.string(),
    project: z.string().nullable(),
    client: z.string().nullable(),
    captures: z.int(),
    transcript_bytes: z.int(),
    started_at: z.iso.datetime(),
    last_heard_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
    end_reason: z.string().nullable(),
    score: z.int().nullable(),
    signals: z.array(sessionSignalSchema),
    scored_at: z.iso.datetime().nullable(),
    reason: z.string().nullable(),
    waits_until: z.iso.datetime().nullable(),
    draft_id: z.uuid().nullable(),
    drafted_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'CaptureSession' });

export const listCaptureSessions = defineRoute('listCaptureSessions', 'GET /v1/capture/sessions', {
  tag: 'Capture',
  summary:
    'Captured sessions, the newest first. `session` asks for one by the name that the client has for it, among those of ' +
    'the same token',
  scope: 'skills:read',
  query: z.object({
    status: sessionStatusSchema.optional(),
    session: nameSchema.optional(),
    limit: clamped(50, 1, 200),
  }),
  response: z.array(sessionResponse),
});

export const getCaptureSession = defineRoute('getCaptureSession', 'GET /v1/capture/sessions/{id}', {
  tag: 'Capture',
  summary: 'One captured session: how far it is, its score, and what became of it',
  scope: 'skills:read',
  params: z.object({ id: z.uuid() }),
  response: sessionResponse,
  problems: ['session-not-found'],
});

export const getCaptureFunnel = defineRoute('getCaptureFunnel', 'GET /v1/capture/funnel', {
  tag: 'Capture',
  summary:
    'How many sessions of the last days were captured, scored, drafted and published, and how long each took',
  scope: 'skills:read',
  query: z.object({ days: clamped(30, 1, 365) }),
  response: z
    .object({
      stages: z.array(
        z.object({
          stage: funnelStageSchema,
          sessions: z.int(),
          median_seconds: z.number().nullable(),
        }),
      ),
      statuses: z.record(sessionStatusSchema, z.int()),
    })
    .meta({ id: 'CaptureFunnel' }),
});
