import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import { neighbourSchema, proposalSchema } from './draft-proposal';
import { nameProblemCodes, uploadProblemCodes } from './problems';
import { scanSchema } from './registry';
import { blastRadiusSchema, sha256Schema, slugSchema, verdictSchema, versionSchema } from './skill';

/** Where a draft came from, as skill-pool names it. */
export const draftOriginSchema = z.enum(['cli', 'capture-scorer', 'claude-hook', 'web']);
export const draftStatusSchema = z.enum([
  'pending',
  'changes-requested',
  'approved',
  'publishing',
  'published',
  'discarded',
]);

/** The skill that has the name of a draft already, or that the draft became before its session went on. */
export const existingItemSchema = z.object({
  slug: slugSchema,
  /** The highest of all that were ever published. */
  version: versionSchema,
  /** What publishing without naming a version makes of it. */
  nextVersion: versionSchema,
  /** A name that nothing has yet, for an item of its own; null where none was found. */
  freeSlug: slugSchema.nullable(),
  /** Whether it came of this very draft. */
  own: z.boolean(),
});
export type ExistingItem = z.output<typeof existingItemSchema>;

export const draftSchema = z.object({
  id: z.uuid(),
  slug: slugSchema,
  description: z.string(),
  whenToUse: z.string().nullable(),
  tags: z.array(z.string()),
  origin: draftOriginSchema,
  notes: z.string().nullable(),
  status: draftStatusSchema,
  publishedVersion: versionSchema.nullable(),
  createdAt: z.iso.datetime(),
  reviewedAt: z.iso.datetime().nullable(),
  /** Of the last event of the draft; what `If-Match` compares. */
  revision: z.int(),
  /** The session that it was drafted from, what wrote it, and how the session scored. */
  sessionId: z.string().nullable(),
  drafter: z.string().nullable(),
  score: z.number().nullable(),
  flags: z.array(z.string()),
  /** What the safety gate says of its bundle. */
  verdict: verdictSchema,
  blastRadius: blastRadiusSchema,
  neighbour: neighbourSchema.nullable(),
  /** Whether a person has changed what the session gave. */
  edited: z.boolean(),
  /** What the last reviewer asked for, or why it was discarded. */
  comment: z.string().nullable(),
  reviewedBy: z.string().nullable(),
  /** Under which name it is published. */
  publishedSlug: slugSchema.nullable(),
  /** What the safety gate said of what was published. */
  publishedVerdict: verdictSchema.nullable(),
  /** Why registry refused it last. */
  refusal: z.object({ code: z.string(), detail: z.string() }).nullable(),
  /** The revision at which more of the session came to lie beside it. */
  beside: z.int().nullable(),
  /** Absent where it was not asked for, or registry could not tell. */
  existingItem: existingItemSchema.nullable().optional(),
});
export type Draft = z.output<typeof draftSchema>;

export const draftRef = z.object({ draftId: z.uuid() });

/** What a draft says at one revision; the bundle lies under its digest, and its SKILL.md says the same. */
export const draftContent = draftRef.extend({
  slug: slugSchema,
  description: z.string(),
  whenToUse: z.string().nullable(),
  tags: z.array(z.string()),
  notes: z.string().nullable(),
  sha256: sha256Schema,
  bytes: z.int(),
  /** What the safety gate says of the bundle; null where it could not tell. Absent before it was asked of drafts. */
  scan: scanSchema.nullable().optional(),
  /** The published item most like it; null where nothing was found. Absent where nobody has looked. */
  neighbour: neighbourSchema.nullable().optional(),
});

export const DraftCreated = defineEvent(
  'capturer.draft-created',
  1,
  draftContent.extend({
    origin: draftOriginSchema,
    /** The session that it was drafted from; null of what a person handed in. Absent before there were sessions. */
    proposal: proposalSchema.nullable().optional(),
    /** The actors that may not approve it under the second-person rule. Absent before there was one. */
    author: z.string().optional(),
  }),
  { summary: 'A draft awaits review.' },
);

export const DraftRevised = defineEvent(
  'capturer.draft-revised',
  1,
  draftContent.extend({ proposal: proposalSchema }),
  {
    summary:
      'The session went on, and its draft says what it says now: no person had touched it, or it was published or discarded before, and is pending again.',
  },
);

export const DraftRevisionProposed = defineEvent(
  'capturer.draft-revision-proposed',
  1,
  draftContent.extend({ proposal: proposalSchema }),
  { summary: 'The session went on; what came of it lies beside a draft that a person has touched.' },
);

export const DraftPublicationRequested = defineEvent(
  'capturer.draft-publication-requested',
  1,
  draftRef.extend({
    slug: slugSchema,
    version: versionSchema,
    /** Whether it may be a version of an item that is there. Absent before that was asked: it may. */
    existing: z.boolean().optional(),
  }),
  { summary: 'A reviewer asked for the draft to be published; registry is being asked.' },
);

export const DraftPublicationRefused = defineEvent(
  'capturer.draft-publication-refused',
  1,
  draftRef.extend({ code: z.string(), detail: z.string() }),
  { summary: 'Registry refused; the draft is pending again.' },
);

export const DraftPublished = defineEvent(
  'capturer.draft-published',
  1,
  draftRef.extend({
    slug: slugSchema,
    version: versionSchema,
    /** What the safety gate said of the version then: `blocked` and `pending` are not installable. Absent before it was noted. */
    verdict: verdictSchema.optional(),
  }),
  { summary: 'The draft became a published skill.' },
);

export const DraftVerdictChanged = defineEvent(
  'capturer.draft-verdict-changed',
  1,
  draftRef.extend({
    slug: slugSchema,
    version: versionSchema,
    verdict: verdictSchema,
    /** A person's decision outweighs every scan. */
    by: z.enum(['scan', 'review']),
  }),
  { summary: 'Registry judged anew what the draft was published as.' },
);

export const DraftDiscarded = defineEvent(
  'capturer.draft-discarded',
  1,
  draftRef.extend({
    /** Absent before reasons were taken. */
    reason: z.string().nullable().optional(),
  }),
  { summary: 'A reviewer decided against the draft.' },
);

export const draftMetadataSchema = z
  .object({
    slug: z.string().min(1).max(256),
    origin: draftOriginSchema.default('cli'),
    notes: z.string().max(10_000).nullish(),
    tags: z.array(z.string().min(1).max(64)).max(32).optional(),
    when_to_use: z.string().max(1536).nullish(),
  })
  .meta({ id: 'DraftMetadata' });

export const CreateDraft = defineCommand('capturer.create-draft', 1, {
  summary: 'Keep the staged bundle as a draft that a person reviews.',
  scope: 'skills:publish',
  input: z.object({
    slug: z.string(),
    origin: draftOriginSchema,
    notes: z.string().nullable(),
    tags: z.array(z.string()),
    whenToUse: z.string().nullable(),
    stagingKey: z.string(),
    uploadSha256: sha256Schema,
  }),
  output: draftSchema,
  problems: ['slug-invalid', 'draft-holds-secret', ...uploadProblemCodes],
});

export const ListDrafts = defineQuery('capturer.list-drafts', 1, {
  summary: 'Up to 200 drafts, newest first; with `all`, pending ones first.',
  scope: 'skills:read',
  input: z.object({ status: z.enum(['pending', 'published', 'discarded', 'all']) }),
  output: z.array(draftSchema),
});

export const GetDraft = defineQuery('capturer.get-draft', 1, {
  summary: 'One draft.',
  scope: 'skills:read',
  input: draftRef,
  output: draftSchema,
  problems: ['draft-not-found'],
});

export const GetDraftSkillMd = defineQuery('capturer.get-draft-skill-md', 1, {
  summary: 'The text of SKILL.md of a draft.',
  scope: 'skills:read',
  input: draftRef,
  output: z.object({ text: z.string() }),
  problems: ['draft-not-found'],
});

export const PublishDraft = defineCommand('capturer.publish-draft', 1, {
  summary: 'Promote a pending draft to a published skill.',
  scope: 'skills:publish',
  input: draftRef.extend({
    /** Null: the next one of the item of that name, or the first. */
    version: z.string().nullable(),
    slug: z.string().nullable(),
    /** As a new version of its near-duplicate. */
    merge: z.boolean().default(false),
    /** As a new version of the item of that name, if there is one. */
    existing: z.boolean().default(false),
    /** The caller has seen what the draft is flagged with. */
    acknowledgeFlags: z.boolean().default(false),
    ifRevision: z.int().nullable().default(null),
  }),
  output: z.object({
    draftId: z.uuid(),
    slug: slugSchema,
    version: versionSchema,
    /** What the safety gate says; `blocked` and `pending` hold the version back. */
    verdict: verdictSchema,
  }),
  problems: [
    ...(['draft-not-found', 'draft-not-pending', 'revision-stale', 'second-person-needed'] as const),
    ...(['draft-without-neighbour', 'slug-invalid', 'version-exists', 'version-gone'] as const),
    ...(['draft-flagged', 'slug-taken'] as const),
    ...(['requires-itself', 'dependency-conflict'] as const),
    ...nameProblemCodes,
    ...uploadProblemCodes,
  ],
});

export const DiscardDraft = defineCommand('capturer.discard-draft', 1, {
  summary: 'Decide against a pending draft.',
  scope: 'skills:publish',
  input: draftRef.extend({
    reason: z.string().nullable().default(null),
    ifRevision: z.int().nullable().default(null),
  }),
  output: z.object({}),
  problems: ['draft-not-found', 'draft-not-pending', 'revision-stale', 'draft-holds-secret'],
});
