import { z } from 'zod';
import { draftContent, draftRef, draftSchema } from './capturer';
import { defineCommand, defineEvent, defineQuery } from './define';
import { draftFlagSchema, draftScoreSchema, proposalSchema, toldEvidenceSchema } from './draft-proposal';
import { uploadProblemCodes } from './problems';
import { fileChangeSchema } from './reading';
import { findingSchema } from './registry';
import { itemSchema, sha256Schema, slugSchema, versionSchema } from './skill';

export const DraftEdited = defineEvent(
  'capturer.draft-edited',
  1,
  draftContent.extend({
    editor: z.string(),
    /** The revision whose content was taken up again, where one was. */
    restored: z.int().nullable(),
    /** What the pipeline said of that content; null: what it said last stays. */
    proposal: proposalSchema.nullable(),
  }),
  { summary: 'A person changed the draft; what was said of it before is void.' },
);

export const DraftApproved = defineEvent(
  'capturer.draft-approved',
  1,
  draftRef.extend({ approver: z.string() }),
  { summary: 'A reviewer is content with the draft as it is.' },
);

export const DraftChangesRequested = defineEvent(
  'capturer.draft-changes-requested',
  1,
  draftRef.extend({ reviewer: z.string(), comment: z.string() }),
  { summary: 'A reviewer asks for another text before the draft goes on.' },
);

export const DraftCommented = defineEvent(
  'capturer.draft-commented',
  1,
  draftRef.extend({ comment: z.string() }),
  { summary: 'Somebody said something about the draft.' },
);

export const ReviewRuleChanged = defineEvent(
  'capturer.review-rule-changed',
  1,
  z.object({ secondPerson: z.boolean() }),
  { summary: 'Whether a draft of this tenant needs the approval of somebody who wrote none of it.' },
);

const comment = z.string().trim().min(1).max(10_000);
/** The revision that the caller has read; null where that does not matter to them. */
const given = draftRef.extend({ ifRevision: z.int().nullable() });

export const EditDraft = defineCommand('capturer.edit-draft', 1, {
  summary: 'Change what a draft says. What is null stays; empty texts clear.',
  scope: 'skills:publish',
  input: given.extend({
    slug: z.string().nullable(),
    description: z.string().nullable(),
    whenToUse: z.string().nullable(),
    notes: z.string().nullable(),
    tags: z.array(z.string()).nullable(),
    /** Where the whole text of SKILL.md waits; deleted when the command has been answered. */
    skillMd: z.object({ stagingKey: z.string(), uploadSha256: sha256Schema }).nullable(),
    /** Begin with the content of this revision instead of the present one. */
    restore: z.int().nullable(),
  }),
  output: draftSchema,
  problems: [
    ...(['draft-not-found', 'draft-not-pending', 'revision-stale', 'revision-not-found'] as const),
    ...(['slug-invalid', 'draft-holds-secret'] as const),
    ...uploadProblemCodes,
  ],
});

const reviewProblems = ['draft-not-found', 'draft-not-pending', 'revision-stale'] as const;

export const ApproveDraft = defineCommand('capturer.approve-draft', 1, {
  summary: 'Be content with a draft as it is.',
  scope: 'skills:publish',
  input: given.extend({ acknowledgeFlags: z.boolean().default(false) }),
  output: draftSchema,
  problems: [...reviewProblems, 'second-person-needed', 'draft-flagged'],
});

export const RequestDraftChanges = defineCommand('capturer.request-draft-changes', 1, {
  summary: 'Ask for another text before a draft goes on.',
  scope: 'skills:publish',
  input: given.extend({ comment }),
  output: draftSchema,
  problems: [...reviewProblems, 'draft-holds-secret'],
});

export const CommentDraft = defineCommand('capturer.comment-draft', 1, {
  summary: 'Say something about a draft, whatever its state.',
  scope: 'skills:publish',
  input: draftRef.extend({ comment }),
  output: draftSchema,
  problems: ['draft-not-found', 'draft-holds-secret'],
});

/** One thing that happened to a draft. */
export const draftChangeSchema = z.object({
  revision: z.int(),
  what: z.enum([
    ...(['created', 'revised', 'proposed', 'edited', 'commented', 'approved', 'changes-requested'] as const),
    ...(['publication-requested', 'publication-refused', 'published', 'judged', 'discarded'] as const),
  ]),
  at: z.iso.datetime(),
  by: z.string(),
  /** Where the draft got other content, or some came to lie beside it: the digest of its bundle. */
  sha256: sha256Schema.nullable(),
  /** What was said: a comment, or a reason. */
  comment: z.string().nullable(),
  /** Under which name and version it was to be published, or is. */
  published: z.object({ slug: slugSchema, version: versionSchema }).nullable(),
});
export type DraftChange = z.output<typeof draftChangeSchema>;

export const GetDraftHistory = defineQuery('capturer.get-draft-history', 1, {
  summary: 'Everything that happened to a draft, the oldest first.',
  scope: 'skills:read',
  input: draftRef,
  output: z.object({ changes: z.array(draftChangeSchema) }),
  problems: ['draft-not-found'],
});

export const GetDraftEvidence = defineQuery('capturer.get-draft-evidence', 1, {
  summary:
    'What a draft rests on: its session, the score, the records behind its statements, what the gate found.',
  scope: 'skills:read',
  input: draftRef,
  output: z.object({
    draftId: z.uuid(),
    sessionId: z.string().nullable(),
    drafter: z.string().nullable(),
    score: draftScoreSchema.nullable(),
    evidence: z.array(toldEvidenceSchema),
    flags: z.array(draftFlagSchema),
    findings: z.array(findingSchema),
  }),
  problems: ['draft-not-found'],
});

export const DiffDraft = defineQuery('capturer.diff-draft', 1, {
  summary: 'What is different between two revisions of a draft, or between its near-duplicate and the draft.',
  scope: 'skills:read',
  input: draftRef.extend({
    /** Null: the near-duplicate. */
    from: z.int().nullable(),
    /** Null: the draft as it is. */
    to: z.int().nullable(),
  }),
  output: z.object({
    /** Null where two revisions were compared. */
    neighbour: z.object({ item: itemSchema, version: versionSchema }).nullable(),
    files: z.array(fileChangeSchema),
  }),
  problems: [
    ...(['draft-not-found', 'revision-not-found', 'draft-without-neighbour'] as const),
    ...(['skill-not-found', 'version-not-found', 'version-erased', 'version-held'] as const),
  ],
});

export const ListMergeProposals = defineQuery('capturer.list-merge-proposals', 1, {
  summary: 'The drafts that could rather be a new version of an item, the most similar first, at most 10.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.object({
    proposals: z.array(z.object({ draftId: z.uuid(), slug: slugSchema, similarity: z.number() })),
  }),
});

const reviewRuleSchema = z.object({ secondPerson: z.boolean() });

export const GetReviewRule = defineQuery('capturer.get-review-rule', 1, {
  summary: 'Whether drafts need the approval of somebody who wrote none of them.',
  scope: 'skills:read',
  input: z.object({}),
  output: reviewRuleSchema,
});

export const ChangeReviewRule = defineCommand('capturer.change-review-rule', 1, {
  summary: 'Decide whether drafts need the approval of somebody who wrote none of them.',
  scope: 'tenant:admin',
  input: reviewRuleSchema,
  output: reviewRuleSchema,
});
