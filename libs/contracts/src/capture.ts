import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import { sha256Schema } from './skill';

/** What a capture tells of. */
export const captureTypeSchema = z.enum([
  'session-started',
  'prompted',
  'tool-used',
  'tool-failed',
  'stopped',
  'subagent-stopped',
  'session-ended',
  'marker',
]);
export type CaptureType = z.output<typeof captureTypeSchema>;

/** Something that happened in a session on somebody's machine, with pseudonyms for names and its texts redacted. */
export const captureSchema = z.object({
  id: z.uuid(),
  /** Of what was reported, to tell the same again from something else under the same id. */
  sha256: sha256Schema,
  /** Loam's id of the session. */
  session: z.uuid(),
  type: captureTypeSchema,
  at: z.iso.datetime(),
  /** The place within the session as the client counts; null where it does not. */
  sequence: z.int().nullable(),
  /** The pseudonym of whose session it is. */
  person: z.string(),
  project: z.string().nullable(),
  /** What captures of this type tell besides. */
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type Capture = z.output<typeof captureSchema>;
/** `conflict`: the id is known with another content, which stays. */
export const captureResultSchema = z.enum(['recorded', 'conflict']);
export type CaptureResult = z.output<typeof captureResultSchema>;

export const RecordCaptures = defineCommand('capturer.record-captures', 1, {
  summary: 'Keep what was captured in sessions; each by its id once.',
  scope: 'capture:write',
  input: z.object({ captures: z.array(captureSchema).max(1000) }),
  /** In the order of the captures. */
  output: z.object({ results: z.array(captureResultSchema) }),
});

export const AppendTranscript = defineCommand('capturer.append-transcript', 1, {
  summary:
    'Add the staged bytes to the transcript of a session, from this offset on; what is there already stays.',
  scope: 'capture:write',
  input: z.object({
    session: z.uuid(),
    person: z.string(),
    offset: z.int().min(0),
    bytes: z.int().min(0),
    stagingKey: z.string(),
  }),
  output: z.object({ session: z.uuid(), offset: z.int() }),
  problems: ['transcript-gap', 'transcript-too-large', 'upload-lost'],
});

/**
 * `open`: it goes on. `ended`: it is being judged. `waiting`: it is worth a draft, and the budget for drafting is used
 * up. `dismissed`: it holds nothing worth keeping. `failed`: an operator has to look.
 */
export const sessionStatusSchema = z.enum([
  'open',
  'ended',
  'scored',
  'waiting',
  'dismissed',
  'drafted',
  'failed',
]);
export type SessionStatus = z.output<typeof sessionStatusSchema>;

/** What in a session speaks for keeping it, and how much. */
export const sessionSignalSchema = z.object({ kind: z.string(), weight: z.int() });

export const captureSessionSchema = z.object({
  id: z.uuid(),
  status: sessionStatusSchema,
  person: z.string(),
  project: z.string().nullable(),
  client: z.string().nullable(),
  captures: z.int(),
  transcriptBytes: z.int(),
  startedAt: z.iso.datetime(),
  lastHeardAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Why it ended, as the client says, or `inactivity` or `marked`. */
  endReason: z.string().nullable(),
  score: z.int().nullable(),
  signals: z.array(sessionSignalSchema),
  scoredAt: z.iso.datetime().nullable(),
  /** Why it waits, was dismissed or failed. */
  reason: z.string().nullable(),
  waitsUntil: z.iso.datetime().nullable(),
  draftId: z.uuid().nullable(),
  draftedAt: z.iso.datetime().nullable(),
});
export type CaptureSession = z.output<typeof captureSessionSchema>;

export const ListCaptureSessions = defineQuery('capturer.list-sessions', 1, {
  summary: 'Captured sessions, the newest first.',
  scope: 'skills:read',
  input: z.object({
    status: sessionStatusSchema.nullable(),
    /** Only this one. */
    session: z.uuid().nullable(),
    limit: z.int().min(1).max(200),
  }),
  output: z.array(captureSessionSchema),
});

export const GetCaptureSession = defineQuery('capturer.get-session', 1, {
  summary: 'One captured session.',
  scope: 'skills:read',
  input: z.object({ id: z.uuid() }),
  output: captureSessionSchema,
  problems: ['session-not-found'],
});

export const funnelStageSchema = z.enum(['captured', 'scored', 'drafted', 'published']);

export const GetCaptureFunnel = defineQuery('capturer.get-funnel', 1, {
  summary: 'How far the sessions of the last days have come, and how long that took.',
  scope: 'skills:read',
  input: z.object({ days: z.int().min(1).max(365) }),
  output: z.object({
    stages: z.array(
      z.object({
        stage: funnelStageSchema,
        sessions: z.int(),
        /** From the stage before; null where no session came so far. */
        medianSeconds: z.number().nullable(),
      }),
    ),
    /** Where the sessions of these days are now. */
    statuses: z.record(sessionStatusSchema, z.int()),
  }),
});
const sessionRef = z.object({
  sessionId: z.uuid(),
  /** How often the session had ended by then; one that goes on ends again. */
  round: z.int(),
});

export const SessionStarted = defineEvent(
  'capturer.session-started',
  1,
  sessionRef.extend({
    /** The token that told of it first. */
    author: z.string(),
    person: z.string(),
    project: z.string().nullable(),
    client: z.string().nullable(),
  }),
  { summary: 'Something was captured of a session that was not known.' },
);

export const SessionExtended = defineEvent('capturer.session-extended', 1, sessionRef, {
  summary: 'A session goes on that had ended.',
});

export const SessionEnded = defineEvent(
  'capturer.session-ended',
  1,
  sessionRef.extend({ reason: z.string() }),
  {
    summary:
      'A session ended: its client says so, its person asked for what it taught, or nothing more came.',
  },
);

export const SessionScored = defineEvent(
  'capturer.session-scored',
  1,
  sessionRef.extend({
    score: z.int(),
    signals: z.array(sessionSignalSchema),
    /** What it has in common with other sessions: what failed first. */
    fingerprint: z.string().nullable(),
  }),
  { summary: 'It is known what speaks for keeping what a session taught.' },
);

export const SessionDismissed = defineEvent(
  'capturer.session-dismissed',
  1,
  sessionRef.extend({ reason: z.string() }),
  { summary: 'A session holds nothing worth a draft.' },
);

export const SessionDeferred = defineEvent(
  'capturer.session-deferred',
  1,
  sessionRef.extend({ reason: z.string(), until: z.iso.datetime() }),
  { summary: 'The drafting of a session waits.' },
);

export const SessionDrafted = defineEvent(
  'capturer.session-drafted',
  1,
  sessionRef.extend({ draftId: z.uuid() }),
  { summary: 'What a session taught is in a draft.' },
);

export const SessionFailed = defineEvent(
  'capturer.session-failed',
  1,
  sessionRef.extend({ step: z.string(), reason: z.string() }),
  { summary: 'A step for a session was given up on; it waits as a dead letter.' },
);
