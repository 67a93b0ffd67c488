import { z } from 'zod';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** A round of a session; a session that goes on after its end is judged anew. */
const roundSchema = z.object({ sessionId: z.uuid(), round: z.int() });

/** What capturer owes itself. The four steps of a session's judgement owe each other, in this order. */
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
  closeSessions: defineJob('close-sessions', z.object({}), {
    summary: 'Ends sessions of which nothing was heard for a while.',
    attempts: 2,
    backoffMs: 1000,
    timeoutMs: 300_000,
  }),
} satisfies JobCatalog;
