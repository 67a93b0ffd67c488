import { z } from 'zod';

/** The slug rule of the Agent Skills specification: 1 to 64 of a-z, 0-9 and single inner hyphens. */
const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const slugSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(slugPattern, 'use a-z, 0-9 and single inner hyphens')
  .meta({
    examples: ['writing-changelogs'],
  });

/** Semantic Versioning 2.0.0, the expression that its specification gives. */
const versionPattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

/** Numbers above 2^53 - 1 cannot be compared by the tools that read versions; all of 15 digits can. */
const isComparable = (version: string): boolean =>
  version.length <= 15 ||
  (version.split(/[-+]/)[0] ?? '').split('.').every((part) => Number.isSafeInteger(Number(part)));

export const versionSchema = z
  .string()
  .max(128)
  .regex(versionPattern, 'use a semantic version such as 1.2.0')
  .refine(isComparable, 'the numbers of the version are too large')
  .meta({ examples: ['1.0.0'] });

/** What an item is. Kind is part of its identity everywhere. */
export const kindSchema = z.enum(['skill', 'agent', 'command']);
export type Kind = z.output<typeof kindSchema>;

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
export const fingerprintSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** One dependency as SKILL.md declares it; the range is npm's notation, `*` for any. */
export const requirementSchema = z.object({ slug: slugSchema, range: z.string() });

/** The identity of an item within its tenant. */
export const itemSchema = z.object({ kind: kindSchema, slug: slugSchema });
export type Item = z.output<typeof itemSchema>;

/** What became of a version; the later word wins: an erased one is nothing else any more. */
export const skillStatusSchema = z.enum(['published', 'yanked', 'archived', 'erased']);
export type SkillStatus = z.output<typeof skillStatusSchema>;

/** What the safety gate says of a version. `pending` and `blocked` are not installable anywhere. */
export const verdictSchema = z.enum(['pass', 'review', 'blocked', 'pending']);
export type Verdict = z.output<typeof verdictSchema>;

/** How far a version could reach if it were hostile, apart from whether it is. */
export const blastRadiusSchema = z.enum(['low', 'medium', 'high']);

/** Which version is meant: an exact one, a semver range, or the name of a channel. */
export const selectorSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .meta({ examples: ['1.2.0', '^1.2', 'latest'] });

/** A movable pointer to a version; a name that reads as a version or range would be ambiguous. */
export const channelSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'use a-z, 0-9 and single inner hyphens, a letter first')
  .max(32)
  .refine((name) => !/^[xv]\d*$/.test(name), 'this would read as a version')
  .meta({ examples: ['beta'] });

/** A higher version that is not the answer because it is archived, yanked or held by the safety gate. */
export const newerSchema = z.object({
  version: versionSchema,
  status: z.enum(['archived', 'yanked', 'held']),
});
export type Newer = z.output<typeof newerSchema>;
