import { z } from 'zod';
import { defineRoute } from '../define';
import { findingSchema } from '../registry';
import { ValidateBundle, profileSchema } from '../safety';
import {
  blastRadiusSchema,
  kindSchema,
  itemSchema,
  sha256Schema,
  slugSchema,
  verdictSchema,
  versionSchema,
} from '../skill';
import { kindQuery, slugParams, versionedQuery } from './registry';

const reason = z.string().trim().min(1).max(2000);

export const validateSkill = defineRoute('validateSkill', 'POST /v1/skills/validate', {
  tag: 'Safety',
  summary:
    'What publishing would say of a bundle, without keeping it; `ok` where it would be installable as it is',
  scope: 'skills:publish',
  body: z
    .object({ kind: kindSchema.default('skill'), profile: profileSchema.default('lenient') })
    .meta({ id: 'ValidateMetadata' }),
  multipart: true,
  response: z
    .object({
      ok: z.boolean(),
      profile: profileSchema,
      name: z.string().nullable(),
      description: z.string(),
      tags: z.array(z.string()),
      files: z.int(),
      size_bytes: z.int(),
      sha256: sha256Schema,
      fingerprint: z.string(),
      verdict: verdictSchema,
      blast_radius: blastRadiusSchema,
      rule_set: z.string().nullable(),
      findings: z.array(findingSchema),
      findings_total: z.int(),
      capabilities: z.array(z.string()),
      /** What the profile has against it, and whether an administrator blocked these bytes. */
      issues: z.array(z.object({ code: z.string(), detail: z.string(), pointer: z.string().optional() })),
    })
    .meta({ id: 'Validation' }),
  problems: [...ValidateBundle.problems, 'body-too-large'],
});

export const getFindings = defineRoute('getFindings', 'GET /v1/skills/{slug}/findings', {
  tag: 'Safety',
  summary: 'What the safety gate found in a version, also in one that it holds back',
  scope: 'skills:read',
  params: slugParams,
  query: versionedQuery,
  response: z
    .object({
      slug: slugSchema,
      version: versionSchema,
      sha256: sha256Schema,
      verdict: verdictSchema,
      blast_radius: blastRadiusSchema,
      rule_set: z.string().nullable(),
      scanned_at: z.iso.datetime().nullable(),
      findings: z.array(findingSchema),
      findings_total: z.int(),
      capabilities: z.array(z.string()),
      reviewed: z.enum(['allow', 'block']).nullable(),
      digest_blocked: z.boolean(),
    })
    .meta({ id: 'Findings' }),
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

export const reviewSkill = defineRoute('reviewSkill', 'POST /v1/skills/{slug}/review', {
  tag: 'Safety',
  summary: 'Decide about a version in place of the safety gate',
  scope: 'tenant:admin',
  params: slugParams,
  query: kindQuery,
  body: z
    .strictObject({ version: versionSchema, decision: z.enum(['allow', 'block']), reason })
    .meta({ id: 'Review' }),
  response: z
    .object({
      slug: slugSchema,
      version: versionSchema,
      verdict: verdictSchema,
      latest: versionSchema.nullable(),
    })
    .meta({ id: 'Reviewed' }),
  problems: ['skill-not-found', 'version-not-found', 'version-erased'],
});

const digestParams = z.object({
  sha256: z
    .string()
    .regex(/^(?:sha256:)?[0-9a-f]{64}$/)
    .describe('Digest of the bundle as it is stored, or its fingerprint')
    .transform((digest) => digest.replace('sha256:', '')),
});
const switched = z
  .object({
    sha256: sha256Schema,
    blocked: z.boolean(),
    versions: z.array(itemSchema.extend({ version: versionSchema })),
  })
  .meta({ id: 'SwitchedBundle' });

export const blockBundle = defineRoute('blockBundle', 'POST /v1/bundles/{sha256}/block', {
  tag: 'Safety',
  summary: 'The kill switch: these bytes are installed nowhere any more',
  scope: 'tenant:admin',
  params: digestParams,
  body: z.strictObject({ reason }).meta({ id: 'BlockBundle' }),
  response: switched,
  problems: ['bundle-not-found'],
});

export const unblockBundle = defineRoute('unblockBundle', 'POST /v1/bundles/{sha256}/unblock', {
  tag: 'Safety',
  summary: 'Lift the block of these bytes',
  scope: 'tenant:admin',
  params: digestParams,
  body: z.strictObject({ reason }).meta({ id: 'UnblockBundle' }),
  response: switched,
  problems: ['bundle-not-found'],
});
