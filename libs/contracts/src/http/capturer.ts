import { z } from 'zod';
import {
  CreateDraft,
  PublishDraft,
  draftMetadataSchema,
  draftOriginSchema,
  draftStatusSchema,
} from '../capturer';
import { defineRoute } from '../define';
import { blastRadiusSchema, slugSchema, verdictSchema, versionSchema } from '../skill';

const draftParams = z.object({ id: z.uuid() });

const draftResponse = z
  .object({
    id: z.uuid(),
    slug: slugSchema,
    description: z.string(),
    when_to_use: z.string().nullable(),
    tags: z.array(z.string()),
    origin: draftOriginSchema,
    notes: z.string().nullable(),
    status: draftStatusSchema,
    published_version: versionSchema.nullable(),
    created_at: z.iso.datetime(),
    reviewed_at: z.iso.datetime().nullable(),
    /** The published item that it may rather be a new version of, where it is alike enough. */
    merge_proposal_slug: slugSchema.nullable(),
    merge_proposal_similarity: z.number().nullable(),
    /** Counts what has happened to the draft; the entity tag, for `If-Match`. */
    revision: z.int(),
    session_id: z.string().nullable(),
    drafter: z.string().nullable(),
    score: z.number().nullable(),
    flags: z.array(z.string()),
    verdict: verdictSchema,
    blast_radius: blastRadiusSchema,
    /** The revision at which its session gave something else, which lies beside what a person touched. */
    beside_revision: z.int().nullable(),
  })
  .meta({ id: 'Draft' });

export const createDraft = defineRoute('createDraft', 'POST /v1/drafts', {
  tag: 'Drafts',
  summary: 'Hand in a draft for review',
  scope: 'skills:publish',
  body: draftMetadataSchema,
  multipart: true,
  status: 201,
  response: draftResponse,
  problems: [...CreateDraft.problems, 'body-too-large'],
});

export const listDrafts = defineRoute('listDrafts', 'GET /v1/drafts', {
  tag: 'Drafts',
  summary: 'Drafts, newest first, at most 200',
  scope: 'skills:read',
  query: z.object({ status: z.enum(['pending', 'published', 'discarded', 'all']).default('pending') }),
  response: z.array(draftResponse),
});

export const getDraft = defineRoute('getDraft', 'GET /v1/drafts/{id}', {
  tag: 'Drafts',
  summary: 'One draft',
  scope: 'skills:read',
  params: draftParams,
  response: draftResponse,
  problems: ['draft-not-found'],
});

export const getDraftSkillMd = defineRoute('getDraftSkillMd', 'GET /v1/drafts/{id}/skill-md', {
  tag: 'Drafts',
  summary: 'The text of SKILL.md of a draft',
  scope: 'skills:read',
  params: draftParams,
  media: 'text/plain',
  problems: ['draft-not-found'],
});

export const publishDraft = defineRoute('publishDraft', 'POST /v1/drafts/{id}/publish', {
  tag: 'Drafts',
  summary: 'Promote a draft to a published skill',
  scope: 'skills:publish',
  params: draftParams,
  body: z
    .object({ version: z.string().min(1).max(256), slug: z.string().min(1).max(256).nullish() })
    .meta({ id: 'DraftPublication' }),
  response: z.object({ draft_id: z.uuid(), skill_id: slugSchema, slug: slugSchema, version: versionSchema }),
  problems: PublishDraft.problems,
});

export const discardDraft = defineRoute('discardDraft', 'POST /v1/drafts/{id}/discard', {
  tag: 'Drafts',
  summary: 'Decide against a draft',
  scope: 'skills:publish',
  params: draftParams,
  status: 204,
  problems: ['draft-not-found', 'draft-not-pending'],
});
