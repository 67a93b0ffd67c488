import { z } from 'zod';
import { defineRoute } from '../define';
import { draftFlagSchema, draftScoreSchema, toldEvidenceSchema } from '../draft-proposal';
import {
  ApproveDraft,
  CommentDraft,
  DiffDraft,
  draftChangeSchema,
  EditDraft,
  RequestDraftChanges,
} from '../draft-review';
import { fileChangeSchema } from '../reading';
import { findingSchema } from '../registry';
import { kindSchema, slugSchema, versionSchema } from '../skill';
import { draftHeaders, draftParams, draftResponse } from './capturer';

const tags = z.array(z.string().min(1).max(64)).max(32);

/** What skill-pool lets one change, the text, and a revision to begin with. */
export const editDraft = defineRoute('editDraft', 'PATCH /v1/drafts/{id}', {
  tag: 'Drafts',
  summary: 'Change what a draft says; `If-Match` names the revision that was read',
  scope: 'skills:publish',
  params: draftParams,
  body: z
    .object({
      slug: z.string().min(1).max(256).optional(),
      description: z.string().min(1).max(4096).optional(),
      /** An empty text clears. */
      when_to_use: z.string().max(1536).optional(),
      notes: z.string().max(10_000).optional(),
      /** All of them. */
      tags: tags.optional(),
      /** The whole text of SKILL.md; what is given beside it wins. */
      skill_md: z.string().min(1).optional(),
      /** Begin with what the draft said, or what lay beside it, at this revision. */
      restore: z.int().nonnegative().optional(),
    })
    .meta({ id: 'DraftEdit' }),
  response: draftResponse,
  headers: draftHeaders,
  problems: [...EditDraft.problems, 'body-too-large'],
});

const said = z.string().trim().min(1).max(10_000);

export const approveDraft = defineRoute('approveDraft', 'POST /v1/drafts/{id}/approve', {
  tag: 'Drafts',
  summary: 'Be content with a draft as it is',
  scope: 'skills:publish',
  params: draftParams,
  body: z
    .object({
      /** Needed where the draft has flags: the reviewer has seen them. */
      acknowledge_flags: z.boolean().default(false),
    })
    .optional()
    .meta({ id: 'DraftApproval' }),
  response: draftResponse,
  headers: draftHeaders,
  problems: ApproveDraft.problems,
});

export const requestDraftChanges = defineRoute(
  'requestDraftChanges',
  'POST /v1/drafts/{id}/request-changes',
  {
    tag: 'Drafts',
    summary: 'Ask for another text before a draft goes on',
    scope: 'skills:publish',
    params: draftParams,
    body: z.object({ comment: said }).meta({ id: 'DraftChangeRequest' }),
    response: draftResponse,
    headers: draftHeaders,
    problems: RequestDraftChanges.problems,
  },
);

export const commentDraft = defineRoute('commentDraft', 'POST /v1/drafts/{id}/comments', {
  tag: 'Drafts',
  summary: 'Say something about a draft',
  scope: 'skills:publish',
  params: draftParams,
  body: z.object({ comment: said }).meta({ id: 'DraftComment' }),
  status: 201,
  response: draftResponse,
  headers: draftHeaders,
  problems: CommentDraft.problems,
});

export const getDraftHistory = defineRoute('getDraftHistory', 'GET /v1/drafts/{id}/history', {
  tag: 'Drafts',
  summary: 'Everything that happened to a draft, the oldest first',
  scope: 'skills:read',
  params: draftParams,
  response: z.array(draftChangeSchema),
  problems: ['draft-not-found'],
});

export const getDraftEvidence = defineRoute('getDraftEvidence', 'GET /v1/drafts/{id}/evidence', {
  tag: 'Drafts',
  summary:
    'What a draft rests on: its session, the score, the records behind its statements, what the gate found',
  scope: 'skills:read',
  params: draftParams,
  response: z
    .object({
      draft_id: z.uuid(),
      session_id: z.string().nullable(),
      drafter: z.string().nullable(),
      score: draftScoreSchema.nullable(),
      evidence: z.array(toldEvidenceSchema),
      flags: z.array(draftFlagSchema),
      findings: z.array(findingSchema),
    })
    .meta({ id: 'DraftEvidence' }),
  problems: ['draft-not-found'],
});

const revisionQuery = z.coerce.number().int().nonnegative().optional();

export const diffDraft = defineRoute('diffDraft', 'GET /v1/drafts/{id}/diff', {
  tag: 'Drafts',
  summary: 'What differs from the published item most like a draft, or from another revision of it',
  scope: 'skills:read',
  params: draftParams,
  query: z.object({
    /** Compare with this revision instead of the near-duplicate. */
    from: revisionQuery,
    /** Compare this revision instead of the present one. */
    to: revisionQuery,
  }),
  response: z
    .object({
      neighbour: z.object({ kind: kindSchema, slug: slugSchema, version: versionSchema }).nullable(),
      files: z.array(fileChangeSchema),
    })
    .meta({ id: 'DraftDiff' }),
  problems: DiffDraft.problems,
});

const reviewRule = z.object({ second_person: z.boolean() }).meta({ id: 'ReviewRule' });

export const getReviewRule = defineRoute('getReviewRule', 'GET /v1/tenant/review-rule', {
  tag: 'Drafts',
  summary: 'Whether drafts need the approval of somebody who wrote none of them',
  scope: 'skills:read',
  response: reviewRule,
});

export const changeReviewRule = defineRoute('changeReviewRule', 'PUT /v1/tenant/review-rule', {
  tag: 'Drafts',
  summary: 'Decide whether drafts need the approval of somebody who wrote none of them',
  scope: 'tenant:admin',
  body: reviewRule,
  response: reviewRule,
});
