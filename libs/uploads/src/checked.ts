import { z } from 'zod';
import type { Profile, SkillMdChanges } from '@loam/bundles';
import { bundleProblemCodes } from '@loam/contracts/problems';
import { scanSchema } from '@loam/contracts/registry';

const issueSchema = z.object({
  code: z.enum(bundleProblemCodes),
  detail: z.string(),
  pointer: z.string().optional(),
});

const requirementSchema = z.object({ slug: z.string(), range: z.string() });

/** What the reader's thread answers: the bundle checked and packed anew, or why it is refused. */
export const readingSchema = z.union([
  z.object({
    ok: z.literal(true),
    name: z.string().nullable(),
    description: z.string(),
    descriptionDerived: z.boolean(),
    whenToUse: z.string().nullable(),
    tags: z.array(z.string()),
    requires: z.array(requirementSchema),
    fingerprint: z.string(),
    files: z.int(),
    /** What stands below the frontmatter of SKILL.md, as much of it as is searched. */
    body: z.string(),
    tarGz: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
    /** What the safety gate says; null where it was not asked or could not tell. */
    scan: scanSchema.nullable(),
    /** Why the safety gate could not tell. */
    scanFault: z.string().nullable(),
    /** What a stricter profile than the lenient one has against it. */
    issues: z.array(issueSchema),
  }),
  issueSchema.extend({ ok: z.literal(false) }),
]);
export type Reading = z.output<typeof readingSchema>;

/** What is said of a version beside its bundle, by its publisher. */
export interface Metadata {
  readonly whenToUse: string | null;
  readonly tags: readonly string[];
  readonly changes: string | null;
}

/** How the bundle is to be packed anew: another SKILL.md, or one that says something else. */
export interface Rewriting {
  readonly skillMd?: string | undefined;
  readonly changes: SkillMdChanges;
}

/** What the thread is asked. */
export interface ReadingRequest {
  readonly bytes: Uint8Array;
  /** For items whose authors write none, such as commands. */
  readonly deriveDescription: boolean;
  /** Rewrites SKILL.md before anything else is looked at. */
  readonly rewrite?: Rewriting | undefined;
  /** Asks the safety gate too; with what the version before could do, null for a first one. */
  readonly scan?:
    { readonly previous: readonly string[] | null; readonly metadata: Metadata | null } | undefined;
  /** Asks what this profile has against it, besides the lenient one, which refuses. */
  readonly profile?: Profile | undefined;
}

/** How to read, apart from what. */
export type ReadingOptions = Omit<ReadingRequest, 'bytes'>;
