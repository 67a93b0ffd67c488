import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import { bundleProblemCodes } from './problems';
import {
  fingerprintSchema,
  itemSchema,
  kindSchema,
  requirementSchema,
  sha256Schema,
  skillStatusSchema,
  slugSchema,
  versionSchema,
} from './skill';

export const SkillPublished = defineEvent(
  'registry.skill-published',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema,
    name: z.string().nullable(),
    description: z.string(),
    /** The source had no description; this one was taken from its first heading and sentence. */
    descriptionDerived: z.boolean(),
    whenToUse: z.string().nullable(),
    tags: z.array(z.string()),
    requires: z.array(requirementSchema),
    /** Digest and size of the stored tar.gz, under which it is kept and served. */
    sha256: sha256Schema,
    bytes: z.int(),
    /** Digest of the content whatever the archive: two bundles with one fingerprint hold the same files. */
    fingerprint: fingerprintSchema,
    /** Digest of the bytes as they were uploaded. */
    uploadSha256: sha256Schema,
    files: z.int(),
    /** The draft that this was promoted from. */
    draftId: z.uuid().nullable(),
  }),
  { summary: 'A version was published; its content never changes.' },
);

export const SkillArchived = defineEvent(
  'registry.skill-archived',
  1,
  z.object({ kind: kindSchema, slug: slugSchema, versions: z.array(versionSchema) }),
  { summary: 'These versions of an item left the catalog; they stay downloadable by exact version.' },
);

/** One line of the catalog: the item at its latest live version. */
export const catalogEntrySchema = z.object({
  kind: kindSchema,
  slug: slugSchema,
  version: versionSchema,
  description: z.string(),
  whenToUse: z.string().nullable(),
  tags: z.array(z.string()),
  status: skillStatusSchema,
  createdAt: z.iso.datetime(),
});
export type CatalogEntry = z.output<typeof catalogEntrySchema>;

/** One published version, with where its bytes are. */
export const skillVersionSchema = catalogEntrySchema.extend({
  sha256: sha256Schema,
  bytes: z.int(),
  fingerprint: fingerprintSchema,
  requires: z.array(requirementSchema),
  publishedBy: z.string(),
});
export type SkillVersion = z.output<typeof skillVersionSchema>;

export const publishMetadataSchema = z
  .object({
    slug: z.string().min(1).max(256),
    version: z.string().min(1).max(256),
    when_to_use: z.string().max(1536).nullish(),
    tags: z.array(z.string().min(1).max(64)).max(32).optional(),
    kind: kindSchema.default('skill'),
  })
  .meta({ id: 'PublishMetadata' });

export const PublishSkill = defineCommand('registry.publish-skill', 1, {
  summary:
    'Publish the staged bundle as one version of an item. Repeating it with the same content changes nothing.',
  scope: 'skills:publish',
  input: z.object({
    kind: kindSchema,
    slug: z.string(),
    version: z.string(),
    whenToUse: z.string().nullable(),
    tags: z.array(z.string()),
    /** Where the uploaded bytes are; deleted when the command has been answered for good. */
    stagingKey: z.string(),
    uploadSha256: sha256Schema,
    draftId: z.uuid().nullable(),
  }),
  output: z.object({ skill: skillVersionSchema, created: z.boolean() }),
  problems: ['slug-invalid', 'version-exists', 'requires-itself', ...bundleProblemCodes],
});

export const ArchiveSkill = defineCommand('registry.archive-skill', 1, {
  summary: 'Take an item out of the catalog. Archiving what is archived changes nothing.',
  scope: 'tenant:admin',
  input: itemSchema,
  output: z.object({ slug: slugSchema, version: versionSchema }),
  problems: ['skill-not-found'],
});

export const SearchSkills = defineQuery('registry.search-skills', 1, {
  summary: 'List the catalog by slug, or find in it by words of slug and description.',
  scope: 'skills:read',
  input: z.object({
    kind: kindSchema,
    query: z.string().nullable(),
    tags: z.array(z.string()),
    limit: z.int().min(1).max(200),
  }),
  output: z.array(catalogEntrySchema),
});

/** An item, or one version of it where `version` is given; without, its latest live version. */
const versionQuery = itemSchema.extend({ version: versionSchema.nullable() });

export const GetSkill = defineQuery('registry.get-skill', 1, {
  summary: 'One version of an item: the latest live one unless a version is named.',
  scope: 'skills:read',
  input: versionQuery,
  output: skillVersionSchema,
  problems: ['skill-not-found', 'version-not-found'],
});

/** A neighbour in the dependency graph. */
const dependencyLinkSchema = z.object({ slug: slugSchema, version: z.string(), range: z.string() });

export const GetSkillDetail = defineQuery('registry.get-skill-detail', 1, {
  summary: 'The latest live version with what it requires and what requires it.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.object({
    skill: skillVersionSchema,
    requires: z.array(dependencyLinkSchema),
    requiredBy: z.array(dependencyLinkSchema),
  }),
  problems: ['skill-not-found'],
});

export const ListVersions = defineQuery('registry.list-versions', 1, {
  summary: 'All versions of an item whatever their state, newest first, at most 50.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.array(skillVersionSchema),
  problems: ['skill-not-found'],
});

export const GetDependencies = defineQuery('registry.get-dependencies', 1, {
  summary:
    'What the latest live version needs, directly and indirectly; each slug once, at its smallest depth.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.array(z.object({ slug: slugSchema, range: z.string(), depth: z.int() })),
  problems: ['skill-not-found'],
});

export const GetSkillMd = defineQuery('registry.get-skill-md', 1, {
  summary: 'The text of SKILL.md of one version.',
  scope: 'skills:read',
  input: versionQuery,
  output: z.object({ kind: kindSchema, slug: slugSchema, version: versionSchema, text: z.string() }),
  problems: ['skill-not-found', 'version-not-found'],
});
