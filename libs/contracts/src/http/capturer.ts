import { z } from 'zod';
import {
  CreateDraft,
  DiscardDraft,
  PublishDraft,
  draftMetadataSchema,
  draftOriginSchema,
  draftStatusSchema,
} from '../capturer';
import { defineRoute } from '../define';
import { blastRadiusSchema, slugSchema, verdictSchema, versionSchema } from '../skill';

export const draftParams = z.object({ id: z.uuid() });

/** The entity tag of one draft. */
export const draftHeaders = { ETag: 'The revision in quotes, for `If-Match`' } as const;

export const draftResponse = z
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
    /** Whether a person has changed it. */
    edited: z.boolean(),
    /** What the last reviewer asked for, or why it was discarded. */
    comment: z.string().nullable(),
    reviewed_by: z.string().nullable(),
    published_slug: slugSchema.nullable(),
    /** What the safety gate said of what was published; `blocked` and `pending` hold it back. */
    published_verdict: verdictSchema.nullable(),
    /** Why registry refused its publication last. */
    refusal: z.object({ code: z.string(), detail: z.string() }).nullable(),
    /** The skill that has its name already; absent where it was not asked for. */
    existing_item: z
      .object({
        ...{ slug: slugSchema, version: versionSchema },
        /** What publishing without a version makes of it. */
        next_version: versionSchema,
        /** A name that nothing has yet. */
        free_slug: slugSchema.nullable(),
        /** Whether it came of this very draft, whose session went on. */
        own: z.boolean(),
      })
      .nullable()
      .optional(),
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
  headers: draftHeaders,
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
    .object({
      /** Without one: the next version of the item of that name, which `existing_item` tells, or 1.0.0. */
      version: z.string().min(1).max(256).nullish(),
      slug: z.string().min(1).max(256).nullish(),
      /** As a new version of the item that its merge proposal names. */
      merge: z.boolean().default(false),
      /** As a new version of the item that has the name already, though it may be unlike it. */
      existing: z.boolean().default(false),
      /** Needed where the draft has flags: the reviewer has seen them. */
      acknowledge_flags: z.boolean().default(false),
    })
    .meta({ id: 'DraftPublication' }),
  response: z.object({
    ...{ draft_id: z.uuid(), skill_id: slugSchema, slug: slugSchema, version: versionSchema },
    /** What the safety gate says of the version. */
    verdict: verdictSchema,
    /** Published, and installable by nobody: it is blocked, or not judged yet. */
    held: z.boolean(),
  }),
  problems: PublishDraft.problems,
});

export const discardDraft = defineRoute('discardDraft', 'POST /v1/drafts/{id}/discard', {
  tag: 'Drafts',
  summary: 'Decide against a draft',
  scope: 'skills:publish',
  params: draftParams,
  body: z
    .object({ reason: z.string().trim().min(1).max(10_000).optional() })
    .optional()
    .meta({ id: 'DraftDiscard' }),
  status: 204,
  problems: DiscardDraft.problems,
});
