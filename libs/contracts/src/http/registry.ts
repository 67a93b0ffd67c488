import { z } from 'zod';
import { defineRoute } from '../define';
import { decayNoteSchema, PublishSkill, publishMetadataSchema } from '../registry';
import {
  blastRadiusSchema,
  kindSchema,
  newerSchema,
  selectorSchema,
  skillStatusSchema,
  slugSchema,
  verdictSchema,
  versionSchema,
} from '../skill';
import { foundStatusSchema } from '../search';

export const slugParams = z.object({ slug: z.string().min(1).max(256) });
export const kindQuery = z.object({ kind: kindSchema.default('skill') });
/** `version` is an exact version, a semver range or the name of a channel. */
export const versionedQuery = kindQuery.extend({ version: selectorSchema.optional() });

/** What a read of one version may say about it besides its content. */
export const versionHeaders = {
  'X-Loam-Version': 'The version that this is',
  'X-Loam-Newer': 'A higher version and why it is not the answer, as in `2.0.0; archived`',
  'X-Loam-Renamed-To': 'What the item is called now, where it was asked for by an old name',
  'X-Loam-Yanked': 'Why the version is yanked, percent-encoded; it came because it was asked for exactly',
} as const;

/** A skill as skill-pool shows it; `kind` is Loam's addition. */
export const skillSchema = z
  .object({
    slug: slugSchema,
    version: versionSchema,
    description: z.string(),
    when_to_use: z.string().optional(),
    tags: z.array(z.string()),
    status: skillStatusSchema,
    created_at: z.iso.datetime(),
    kind: kindSchema,
    verdict: verdictSchema,
    blast_radius: blastRadiusSchema,
    yank_reason: z.string().optional(),
    /** This is the answer although a higher version exists: which, and why it is not. */
    newer: newerSchema.optional(),
    /** In lists and searches, where it is a decay candidate. */
    decay: decayNoteSchema.nullish(),
  })
  .meta({ id: 'Skill' });

const linkSchema = z.object({ slug: slugSchema, version: z.string(), version_range: z.string() });

const skillDetailSchema = skillSchema
  .extend({
    when_to_use: z.string().nullable(),
    /** Null while telemetry is away. */
    use_count: z.int().nullable(),
    last_used_at: z.iso.datetime().nullable(),
    requires: z.array(linkSchema),
    required_by: z.array(linkSchema),
    merge_proposals: z.array(
      z.object({ draft_id: z.uuid(), draft_slug: slugSchema, similarity: z.number() }),
    ),
    sha256: z.string(),
    bytes: z.int(),
    fingerprint: z.string(),
    published_by: z.string(),
    /** Where it is a decay candidate: why, and since when. */
    decay: decayNoteSchema.nullable(),
  })
  .meta({ id: 'SkillDetail' });

/** A list in one parameter, separated by commas. */
export const commaList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

/** Clamped to 1…200, as skill-pool does. */
export const pageLimit = (usual: number) =>
  z.coerce
    .number()
    .int()
    .default(usual)
    .transform((limit) => Math.min(Math.max(limit, 1), 200));

export const listSkills = defineRoute('listSkills', 'GET /v1/skills', {
  tag: 'Skills',
  summary: 'List the catalog, or find in it all words of a query or what is similar to a text',
  scope: 'skills:read',
  query: kindQuery.extend({
    /** Each word must be somewhere in the item, also inside another word; by relevance, an exact slug first. */
    query: z.string().max(256).optional(),
    tags: commaList,
    /** Wins over `query`; the most similar first. */
    semantic: z.string().trim().min(1).max(2000).optional(),
    min_similarity: z.coerce.number().min(0).max(1).default(0),
    author: z.string().max(256).optional(),
    status: foundStatusSchema.default('published'),
    cursor: z.string().max(1024).optional(),
    limit: pageLimit(50),
  }),
  response: z.array(skillSchema.extend({ similarity: z.number().optional() })),
  headers: {
    Link: 'Where there is another page: its address, with `rel="next"`',
    'X-Loam-Next-Cursor': 'The same cursor by itself',
  },
  problems: ['cursor-invalid', 'embeddings-unavailable'],
});

export const getSkill = defineRoute('getSkill', 'GET /v1/skills/{slug}', {
  tag: 'Skills',
  summary: 'One skill: its latest live version unless a version is asked for',
  scope: 'skills:read',
  params: slugParams,
  query: versionedQuery,
  response: skillSchema,
  headers: versionHeaders,
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

export const getSkillDetail = defineRoute('getSkillDetail', 'GET /v1/skills/{slug}/detail', {
  tag: 'Skills',
  summary: 'A skill with its use, what it requires and what requires it',
  scope: 'skills:read',
  params: slugParams,
  query: versionedQuery,
  response: skillDetailSchema,
  headers: versionHeaders,
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

export const listVersions = defineRoute('listVersions', 'GET /v1/skills/{slug}/versions', {
  tag: 'Skills',
  summary: 'All versions whatever became of them, newest first',
  scope: 'skills:read',
  params: slugParams,
  query: kindQuery.extend({
    /** Clamped to 1…1000. */
    limit: z.coerce
      .number()
      .int()
      .default(50)
      .transform((limit) => Math.min(Math.max(limit, 1), 1000)),
  }),
  response: z.array(
    z
      .object({
        version: versionSchema,
        published_at: z.iso.datetime(),
        published_by: z.string(),
        change_summary: z.string(),
        status: skillStatusSchema,
        sha256: z.string(),
        verdict: verdictSchema,
        yank_reason: z.string().optional(),
      })
      .meta({ id: 'SkillVersion' }),
  ),
  problems: ['skill-not-found'],
});

export const getDependencies = defineRoute('getDependencies', 'GET /v1/skills/{slug}/deps', {
  tag: 'Skills',
  summary: 'Everything the skill needs, directly and indirectly, nearest first',
  scope: 'skills:read',
  params: slugParams,
  query: versionedQuery,
  response: z.array(z.object({ slug: slugSchema, version_range: z.string(), depth: z.int() })),
  headers: versionHeaders,
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

export const getSkillMd = defineRoute('getSkillMd', 'GET /v1/skills/{slug}/skill-md', {
  tag: 'Skills',
  summary: 'The text of SKILL.md; counts as a view',
  scope: 'skills:read',
  params: slugParams,
  query: versionedQuery,
  media: 'text/plain',
  headers: versionHeaders,
  problems: ['skill-not-found', 'version-not-found', 'version-erased', 'version-held'],
});

export const downloadBundle = defineRoute('downloadBundle', 'GET /v1/skills/{slug}/bundle.tar.gz', {
  tag: 'Skills',
  summary: 'The bundle, or a redirect to it where the storage signs addresses; counts as a download',
  scope: 'skills:read',
  params: slugParams,
  query: versionedQuery.extend({
    /** `true` asks for the bytes themselves even where a redirect would do. */
    bytes: z.enum(['true', 'false', '1', '0']).default('false'),
  }),
  media: 'application/gzip',
  headers: {
    'X-Loam-Sha256': 'SHA-256 of the bytes, in lower-case hex',
    ...versionHeaders,
  },
  redirect: 'The bytes are at this signed address; the headers are those of the answer with bytes',
  problems: ['skill-not-found', 'version-not-found', 'version-erased', 'version-held'],
});

export const publishSkill = defineRoute('publishSkill', 'POST /v1/skills', {
  tag: 'Skills',
  summary: 'Publish a version. Repeating it with the same content answers 201 again and changes nothing',
  scope: 'skills:publish',
  body: publishMetadataSchema,
  multipart: true,
  status: 201,
  response: skillSchema,
  headers: {
    'X-Loam-Unchanged': '`true` where the version was published before with the same content',
    'X-Loam-Cycle': 'The cycles of requirements that the version is part of, as in `a > b > a, a > c > a`',
  },
  problems: [...PublishSkill.problems, 'body-too-large'],
});
