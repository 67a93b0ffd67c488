import { z } from 'zod';
import { defineCommand, defineQuery } from './define';
import { uploadProblemCodes } from './problems';
import { findingSchema, scanSchema, versionQuerySchema } from './registry';
import {
  blastRadiusSchema,
  fingerprintSchema,
  itemSchema,
  kindSchema,
  sha256Schema,
  slugSchema,
  verdictSchema,
  versionSchema,
} from './skill';

/** How strictly SKILL.md is read; see docs/compatibility.md. */
export const profileSchema = z.enum(['lenient', 'spec-strict', 'anthropic']);

const issueSchema = z.object({ code: z.string(), detail: z.string(), pointer: z.string().optional() });

export const ValidateBundle = defineCommand('registry.validate-bundle', 1, {
  summary: 'Judge the staged bundle as publishing would, and keep nothing of it.',
  scope: 'skills:publish',
  input: z.object({
    kind: kindSchema,
    profile: profileSchema,
    /** Where the uploaded bytes are; deleted when the command has been answered. */
    stagingKey: z.string(),
    uploadSha256: sha256Schema,
  }),
  output: z.object({
    name: z.string().nullable(),
    description: z.string(),
    tags: z.array(z.string()),
    files: z.int(),
    bytes: z.int(),
    sha256: sha256Schema,
    fingerprint: fingerprintSchema,
    /** Null where the safety gate could not tell. */
    scan: scanSchema.nullable(),
    /** What the profile has against it, and whether an administrator blocked these bytes. */
    issues: z.array(issueSchema),
  }),
  problems: [...uploadProblemCodes],
});

export const GetFindings = defineQuery('registry.get-findings', 1, {
  summary: 'What the safety gate found in a version, also in one that it holds back.',
  scope: 'skills:read',
  input: versionQuerySchema,
  output: z.object({
    slug: slugSchema,
    version: versionSchema,
    sha256: sha256Schema,
    verdict: verdictSchema,
    blastRadius: blastRadiusSchema,
    /** Null where there was no scan yet. */
    ruleSet: z.string().nullable(),
    scannedAt: z.iso.datetime().nullable(),
    findings: z.array(findingSchema),
    findingsTotal: z.int(),
    capabilities: z.array(z.string()),
    /** What a person decided, if anyone did. */
    reviewed: z.enum(['allow', 'block']).nullable(),
    /** Whether the kill switch is on for these bytes. */
    digestBlocked: z.boolean(),
  }),
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

const reasonSchema = z.string().trim().min(1).max(2000);

export const ReviewSkill = defineCommand('registry.review-skill', 1, {
  summary: 'Decide about a version in place of the safety gate, for good.',
  scope: 'tenant:admin',
  input: itemSchema.extend({
    version: versionSchema,
    decision: z.enum(['allow', 'block']),
    reason: reasonSchema,
  }),
  output: z.object({
    slug: slugSchema,
    version: versionSchema,
    verdict: verdictSchema,
    /** What a read without a version is answered with from now on. */
    latest: versionSchema.nullable(),
  }),
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

const switchedSchema = z.object({
  sha256: sha256Schema,
  blocked: z.boolean(),
  /** The versions that hold these bytes. */
  versions: z.array(itemSchema.extend({ version: versionSchema })),
});

export const BlockBundle = defineCommand('registry.block-bundle', 1, {
  summary: 'Have these bytes installed nowhere any more, whatever version holds them, now or later.',
  scope: 'tenant:admin',
  input: z.object({ sha256: sha256Schema, reason: reasonSchema }),
  output: switchedSchema,
  problems: ['bundle-not-found'],
});

export const UnblockBundle = defineCommand('registry.unblock-bundle', 1, {
  summary: 'Lift the block of these bytes.',
  scope: 'tenant:admin',
  input: z.object({ sha256: sha256Schema, reason: reasonSchema }),
  output: switchedSchema,
  problems: ['bundle-not-found'],
});
