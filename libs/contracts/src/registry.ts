import { z } from 'zod';
import { decayRuleSchema } from './decay-policy';
import { defineCommand, defineEvent, defineQuery } from './define';
import { nameProblemCodes, uploadProblemCodes } from './problems';
import {
  blastRadiusSchema,
  channelSchema,
  fingerprintSchema,
  itemSchema,
  kindSchema,
  newerSchema,
  requirementSchema,
  selectorSchema,
  sha256Schema,
  skillStatusSchema,
  slugSchema,
  verdictSchema,
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
    /** What changed, in the publisher's words. Absent from events of before there was a change log. */
    changes: z.string().nullable().optional(),
    /**
     * The safety gate judged it at once, and what that came to follows in the same commit. Absent where it did not, and
     * from events of before this was told.
     */
    judged: z.literal(true).optional(),
  }),
  { summary: 'A version was published; its content never changes.' },
);

/** One thing that the safety gate noticed. It never holds the text that it found. */
export const findingSchema = z
  .object({
    rule: z.string(),
    layer: z.string(),
    severity: z.enum(['info', 'review', 'block']),
    file: z.string(),
    /** Counted from 1; null where the finding is about the whole file. */
    line: z.int().positive().nullable(),
    message: z.string(),
  })
  .meta({ id: 'Finding' });
export type Finding = z.output<typeof findingSchema>;

/** What a scan of one bundle came to. */
export const scanSchema = z.object({
  /** Names the rules that judged; another set judges again. */
  ruleSet: z.string(),
  verdict: verdictSchema,
  blastRadius: blastRadiusSchema,
  /** The gravest first, at most 100. */
  findings: z.array(findingSchema).max(100),
  findingsTotal: z.int(),
  /** What the bundle could do, such as `network:example.com` or `shell`. */
  capabilities: z.array(z.string()),
});
export type Scan = z.output<typeof scanSchema>;

export const SkillScanned = defineEvent(
  'registry.skill-scanned',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema,
    sha256: sha256Schema,
    ...scanSchema.shape,
    /** The publication comes in the same commit, and says so (`judged`). Absent from all other scans. */
    atPublication: z.literal(true).optional(),
  }),
  { summary: 'The safety gate judged a version, at its publication or again under other rules.' },
);

export const SkillReviewed = defineEvent(
  'registry.skill-reviewed',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    version: versionSchema,
    decision: z.enum(['allow', 'block']),
    reason: z.string(),
  }),
  { summary: 'A person decided about a version; it outweighs every scan.' },
);

export const BundleBlocked = defineEvent(
  'registry.bundle-blocked',
  1,
  z.object({ sha256: sha256Schema, reason: z.string() }),
  { summary: 'These bytes may be installed nowhere any more, whatever version holds them.' },
);

export const BundleUnblocked = defineEvent(
  'registry.bundle-unblocked',
  1,
  z.object({ sha256: sha256Schema, reason: z.string() }),
  { summary: 'The block of these bytes was lifted.' },
);

export const SkillArchived = defineEvent(
  'registry.skill-archived',
  1,
  z.object({ kind: kindSchema, slug: slugSchema, versions: z.array(versionSchema) }),
  { summary: 'These versions of an item left the catalog; they stay downloadable by exact version.' },
);

export const SkillUnarchived = defineEvent(
  'registry.skill-unarchived',
  1,
  z.object({ kind: kindSchema, slug: slugSchema, versions: z.array(versionSchema) }),
  { summary: 'These versions of an item came back into the catalog.' },
);

const versionRef = z.object({ kind: kindSchema, slug: slugSchema, version: versionSchema });

export const SkillYanked = defineEvent(
  'registry.skill-yanked',
  1,
  versionRef.extend({ reason: z.string() }),
  { summary: 'A version is resolved no more; it stays downloadable by exact version, with a warning.' },
);

export const SkillUnyanked = defineEvent('registry.skill-unyanked', 1, versionRef, {
  summary: 'A yanked version is resolved again.',
});

export const SkillErased = defineEvent(
  'registry.skill-erased',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    versions: z.array(z.object({ version: versionSchema, sha256: sha256Schema })),
    reason: z.string(),
  }),
  { summary: 'These versions are gone for good; their numbers are never used again.' },
);

export const ChannelMoved = defineEvent(
  'registry.channel-moved',
  1,
  z.object({
    kind: kindSchema,
    slug: slugSchema,
    channel: channelSchema,
    /** Null: the channel is there no more. */
    version: versionSchema.nullable(),
    previous: versionSchema.nullable(),
  }),
  { summary: 'A channel of an item points at another version.' },
);

/** Why an item is a decay candidate, and since when. It is in the catalog as before. */
export const decayNoteSchema = z.object({ rules: z.array(decayRuleSchema), since: z.iso.datetime() });

/** One line of the catalog: the item at its latest live version. */
export const catalogEntrySchema = z.object({
  kind: kindSchema,
  slug: slugSchema,
  version: versionSchema,
  description: z.string(),
  whenToUse: z.string().nullable(),
  tags: z.array(z.string()),
  status: skillStatusSchema,
  verdict: verdictSchema,
  blastRadius: blastRadiusSchema,
  createdAt: z.iso.datetime(),
  /**
   * Where this is shown although a higher version exists: which one, and why it is not. Registries of before lists told
   * of it leave it out.
   */
  newer: newerSchema.nullable().default(null),
  /** Where lists and searches show it. */
  decay: decayNoteSchema.nullable().default(null),
});
export type CatalogEntry = z.output<typeof catalogEntrySchema>;

/** One published version, with where its bytes are. */
export const skillVersionSchema = catalogEntrySchema.extend({
  sha256: sha256Schema,
  bytes: z.int(),
  fingerprint: fingerprintSchema,
  requires: z.array(requirementSchema),
  publishedBy: z.string(),
  changes: z.string().nullable(),
  yankReason: z.string().nullable(),
  /** Where this is the answer although a higher version exists: which one, and why it is not. */
  newer: newerSchema.nullable(),
});
export type SkillVersion = z.output<typeof skillVersionSchema>;

export const publishMetadataSchema = z
  .object({
    slug: z.string().min(1).max(256),
    version: z.string().min(1).max(256),
    when_to_use: z.string().max(1536).nullish(),
    tags: z.array(z.string().min(1).max(64)).max(32).optional(),
    /** What changed since the version before, for the change log. */
    changes: z.string().max(20_000).nullish(),
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
    changes: z.string().nullable().default(null),
    /** Where the uploaded bytes are; deleted when the command has been answered for good. */
    stagingKey: z.string(),
    uploadSha256: sha256Schema,
    draftId: z.uuid().nullable(),
    /** Whether it may be a version of an item that is there. */
    existing: z.boolean().default(true),
  }),
  output: z.object({
    skill: skillVersionSchema,
    created: z.boolean(),
    /** The cycles of requirements that this version is part of, each from its smallest name on. */
    cycles: z.array(z.array(itemSchema)),
  }),
  problems: [
    ...([
      'slug-invalid',
      'slug-taken',
      'version-exists',
      'version-gone',
      'requires-itself',
      'dependency-conflict',
    ] as const),
    ...nameProblemCodes,
    ...uploadProblemCodes,
  ],
});

/** Versions of an item, and which one the catalog shows now. */
const movedSchema = z.object({
  slug: slugSchema,
  /** Those that changed; none where it was so already. */
  versions: z.array(versionSchema),
  /** What a read without a version is answered with from now on. */
  latest: versionSchema.nullable(),
});

/** A whole item, or one version of it. */
const itemOrVersion = itemSchema.extend({ version: versionSchema.nullable() });
const reasonSchema = z.string().trim().min(1).max(2000);

export const ArchiveSkill = defineCommand('registry.archive-skill', 1, {
  summary:
    'Take an item, or one version of it, out of the catalog. Archiving what is archived changes nothing.',
  scope: 'tenant:admin',
  input: itemOrVersion,
  output: movedSchema.extend({ version: versionSchema }),
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

export const UnarchiveSkill = defineCommand('registry.unarchive-skill', 1, {
  summary: 'Bring an archived item, or one version of it, back into the catalog.',
  scope: 'tenant:admin',
  input: itemOrVersion,
  output: movedSchema,
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

export const YankSkill = defineCommand('registry.yank-skill', 1, {
  summary: 'Have a version resolved no more; it stays downloadable by exact version, with a warning.',
  scope: 'skills:publish',
  input: versionRef.extend({ reason: reasonSchema }),
  output: movedSchema,
  problems: ['skill-not-found', 'version-not-found', 'version-erased', 'namespace-owned'],
});

export const UnyankSkill = defineCommand('registry.unyank-skill', 1, {
  summary: 'Have a yanked version resolved again.',
  scope: 'skills:publish',
  input: versionRef,
  output: movedSchema,
  problems: ['skill-not-found', 'version-not-found', 'version-erased', 'namespace-owned'],
});

export const EraseSkill = defineCommand('registry.erase-skill', 1, {
  summary:
    'Destroy an item, or one version of it: its bytes go, and its version numbers are never used again.',
  scope: 'tenant:admin',
  input: itemOrVersion.extend({ reason: reasonSchema }),
  output: movedSchema,
  problems: ['skill-not-found', 'version-not-found'],
});

export const MoveChannel = defineCommand('registry.move-channel', 1, {
  summary:
    'Point a channel at a version, or remove it. Pinning `latest` overrides the highest stable version.',
  scope: 'skills:publish',
  input: itemSchema.extend({ channel: z.string(), version: versionSchema.nullable() }),
  output: z.object({ channel: channelSchema, version: versionSchema.nullable() }),
  problems: [
    'skill-not-found',
    'version-not-found',
    'version-not-live',
    'channel-not-found',
    'channel-invalid',
    'namespace-owned',
  ],
});

const channelMoveSchema = z.object({
  version: versionSchema.nullable(),
  movedAt: z.iso.datetime(),
  movedBy: z.string(),
});

export const ListChannels = defineQuery('registry.list-channels', 1, {
  summary: 'The channels of an item, each with its moves, newest first, at most 50 of each.',
  scope: 'skills:read',
  input: itemSchema,
  output: z.array(
    z.object({
      channel: channelSchema,
      version: versionSchema.nullable(),
      history: z.array(channelMoveSchema),
    }),
  ),
  problems: ['skill-not-found'],
});

/** An item at the version that a selector means; without one, at its latest live version. */
export const versionQuerySchema = itemSchema.extend({ version: selectorSchema.nullable() });

/** Why a version cannot be read: unknown, erased, or held back where bytes are asked for. */
const readProblems = ['skill-not-found', 'version-not-found', 'version-erased'] as const;

export const GetSkill = defineQuery('registry.get-skill', 1, {
  summary: 'One version of an item: the latest live one unless a version is named.',
  scope: 'skills:read',
  input: versionQuerySchema,
  output: skillVersionSchema,
  problems: [...readProblems],
});

/** A neighbour in the dependency graph. */
const dependencyLinkSchema = z.object({ slug: slugSchema, version: z.string(), range: z.string() });

export const GetSkillDetail = defineQuery('registry.get-skill-detail', 1, {
  summary: 'One version of an item with what it requires and what requires it.',
  scope: 'skills:read',
  input: versionQuerySchema,
  output: z.object({
    skill: skillVersionSchema,
    requires: z.array(dependencyLinkSchema),
    requiredBy: z.array(dependencyLinkSchema),
    decay: decayNoteSchema.nullable(),
  }),
  problems: [...readProblems],
});

export const ListVersions = defineQuery('registry.list-versions', 1, {
  summary: 'All versions of an item whatever their state, newest first.',
  scope: 'skills:read',
  input: itemSchema.extend({ limit: z.int().min(1).max(1000).default(50) }),
  output: z.array(skillVersionSchema),
  problems: ['skill-not-found'],
});

export const WhichExist = defineQuery('registry.which-exist', 1, {
  summary:
    'Which items, and versions of items, were ever published; one answer per question, in the same order.',
  scope: 'skills:read',
  input: z.object({
    items: z
      .array(itemSchema.extend({ version: versionSchema.nullable() }))
      .min(1)
      .max(2000),
  }),
  output: z.object({ found: z.array(z.enum(['found', 'skill-not-found', 'version-not-found'])) }),
});

export const FindNextVersions = defineQuery('registry.find-next-versions', 1, {
  summary: 'What may be published next under these names; one answer per name, in the same order.',
  scope: 'skills:read',
  input: z.object({ items: z.array(itemSchema).min(1).max(200) }),
  output: z.object({
    found: z.array(
      z
        .object({
          /** The highest of all that were ever published. */
          version: versionSchema,
          /** The next minor one. */
          nextVersion: versionSchema,
          /** A name like it that nothing ever had; null where none was found. */
          freeSlug: slugSchema.nullable(),
        })
        .nullable(),
    ),
  }),
});

export const GetDependencies = defineQuery('registry.get-dependencies', 1, {
  summary: 'What a version of an item needs, directly and indirectly; each slug once, at its smallest depth.',
  scope: 'skills:read',
  input: versionQuerySchema,
  output: skillVersionSchema.pick({ slug: true, version: true, newer: true, yankReason: true }).extend({
    closure: z.array(z.object({ slug: slugSchema, range: z.string(), depth: z.int() })),
  }),
  problems: [...readProblems],
});

export const GetSkillMd = defineQuery('registry.get-skill-md', 1, {
  summary: 'The text of SKILL.md of one version.',
  scope: 'skills:read',
  input: versionQuerySchema,
  output: z.object({ skill: skillVersionSchema, text: z.string() }),
  problems: [...readProblems, 'version-held'],
});
