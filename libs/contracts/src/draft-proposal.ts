import { z } from 'zod';
import { itemSchema, versionSchema } from './skill';

/** Where in a session the reader finds what a statement of a draft rests on. It never holds what redaction took out. */
export const evidenceSchema = z
  .object({
    /** Which statement of the draft this supports, such as `problem`, `failed`, `showed`, `worked`, `file`, `why` or `command`. */
    claim: z.string().min(1).max(64),
    /** A capture event, or a record of the transcript. */
    source: z.enum(['event', 'record']),
    /** The event's id, or the record's own. */
    id: z.string().min(1).max(200),
    /** Where the record begins in the redacted transcript, in bytes. */
    offset: z.int().nonnegative().nullable(),
    /** Its gist, redacted. Null in every event: what a session said is forgotten with its transcript. */
    excerpt: z.string().max(240).nullable(),
  })
  .meta({ id: 'Evidence' });
export type Evidence = z.output<typeof evidenceSchema>;

/** Evidence with the words that are still there. */
export const toldEvidenceSchema = evidenceSchema
  .extend({
    /** What the record says, redacted, as long as the transcript is kept. */
    excerpt: z.string().max(300).nullable(),
    /** Why there is no excerpt: `expired` is no longer kept, `no-text` never had any. */
    without: z.enum(['expired', 'no-text']).nullable(),
  })
  .meta({ id: 'ToldEvidence' });
export type ToldEvidence = z.output<typeof toldEvidenceSchema>;

/** How a session was scored: the sum, what a draft needs at least, and what fired. */
export const draftScoreSchema = z
  .object({
    total: z.number(),
    threshold: z.number(),
    signals: z
      .array(z.object({ kind: z.string().max(64), weight: z.number(), evidence: z.string().max(240) }))
      .max(100),
  })
  .meta({ id: 'DraftScore' });

/** The published item most similar to a draft. From the threshold on, which the kind of vectors gives, it is a merge proposal. */
export const neighbourSchema = z
  .object({
    item: itemSchema,
    version: versionSchema,
    similarity: z.number().min(-1).max(1),
    threshold: z.number().min(-1).max(1),
  })
  .meta({ id: 'Neighbour' });
export type Neighbour = z.output<typeof neighbourSchema>;

/** What a reviewer should know before reading on, such as `prompt-injection`. */
export const draftFlagSchema = z
  .object({ flag: z.string().min(1).max(64), detail: z.string().max(500) })
  .meta({ id: 'DraftFlag' });
export type DraftFlag = z.output<typeof draftFlagSchema>;

/** What the pipeline says of a draft that it made of a session. */
export const proposalSchema = z.object({
  sessionId: z.string().min(1).max(200),
  /** The actor whose session it was; an author of the draft. */
  author: z.string(),
  /** The name of what wrote it, such as `extractive`. */
  drafter: z.string().min(1).max(100),
  score: draftScoreSchema,
  evidence: z.array(evidenceSchema).max(200),
  flags: z.array(draftFlagSchema).max(20),
});
export type Proposal = z.output<typeof proposalSchema>;
