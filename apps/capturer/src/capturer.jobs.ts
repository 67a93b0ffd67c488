import { z } from 'zod';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** A round of a session; a session that goes on after its end is judged anew. */
const roundSchema = z.object({ sessionId: z.uuid(), round: z.int(), again: z.string().optional() });

/** A model may take minutes, and may be away for some. */
const DRAFTING = { attempts: 6, backoffMs: 2000, timeoutMs: 330_000 };

/** What capturer owes itself. The five steps of a session's judgement owe each other, in this order. */
export const capturerJobs = {
  promoteDraft: defineJob('promote-draft', z.object({ draftId: z.uuid() }), {
    summary: 'Carries a requested publication through, where the request itself did not.',
    attempts: 8,
    backoffMs: 1000,
    timeoutMs: 20_000,
  }),
  redactSession: defineJob('redact-session', roundSchema, {
    summary: 'Keeps of a transcript that ended what may be kept.',
    attempts: 5,
    backoffMs: 2000,
    timeoutMs: 600_000,
  }),
  scoreSession: defineJob('score-session', roundSchema, {
    summary: 'Says what speaks for keeping what a session taught.',
    attempts: 5,
    backoffMs: 2000,
    timeoutMs: 600_000,
  }),
  extractLesson: defineJob('extract-lesson', roundSchema, {
    summary: 'Looks for a lesson in a session that is worth a draft.',
    ...DRAFTING,
  }),
  composeDraft: defineJob('compose-draft', roundSchema, {
    summary: 'Writes the lesson of a session as a skill.',
    ...DRAFTING,
  }),
  handInDraft: defineJob('hand-in-draft', roundSchema, {
    summary: 'Looks for what is like the draft of a session, and hands it to its reviewers.',
    attempts: 8,
    backoffMs: 2000,
    timeoutMs: 30_000,
  }),
  resumeSessions: defineJob('resume-sessions', z.object({}), {
    summary: 'Goes on with sessions whose wait is over.',
    attempts: 2,
    backoffMs: 1000,
    timeoutMs: 60_000,
  }),
  sweepCaptures: defineJob('sweep-captures', z.object({}), {
    summary: 'Forgets transcripts and captures that are old, and objects that nothing refers to.',
    attempts: 3,
    backoffMs: 5000,
    timeoutMs: 600_000,
  }),
  closeSessions: defineJob('close-sessions', z.object({}), {
    summary: 'Ends sessions of which nothing was heard for a while.',
    attempts: 2,
    backoffMs: 1000,
    timeoutMs: 300_000,
  }),
} satisfies JobCatalog;
