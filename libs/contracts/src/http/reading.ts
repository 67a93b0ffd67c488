import { z } from 'zod';
import { defineRoute } from '../define';
import { DiffVersions, FindBundle } from '../reading';
import {
  selectorSchema,
  sha256Schema,
  skillStatusSchema,
  slugSchema,
  verdictSchema,
  versionSchema,
} from '../skill';
import { kindQuery, slugParams, versionedQuery, versionHeaders } from './registry';

const tag = 'Reading';
const scope = 'skills:read';

const versionProblems = ['skill-not-found', 'version-not-found', 'version-erased', 'version-held'] as const;
const bundleProblems = FindBundle.problems;

const byteHeaders = {
  ETag: 'Names these very bytes',
  'Accept-Ranges': '`bytes`: a `Range` is answered with 206, several with `multipart/byteranges`',
} as const;

const bundleHeaders = {
  ...byteHeaders,
  'X-Loam-Sha256': 'SHA-256 of the bytes, in lower-case hex',
  'X-Loam-Fingerprint': 'Digest of the content, the same whatever the archive',
  ...versionHeaders,
} as const;

const digestParams = z.object({ sha256: sha256Schema });
/** Relative to the root of the bundle; slashes stand as they are. */
const filePath = z.string().min(1).max(2048);

export const readBundle = defineRoute('readBundle', 'GET /v1/bundles/{sha256}', {
  tag,
  summary:
    'The bytes of a bundle by their digest, if a version of the tenant holds them; they never change. Counts as a download',
  scope,
  params: digestParams,
  query: z.object({
    /** `zip`: the same files packed as a zip, always in the same way. */
    format: z.enum(['tar.gz', 'zip']).default('tar.gz'),
  }),
  media: 'application/gzip',
  headers: bundleHeaders,
  problems: [...bundleProblems, 'range-not-satisfiable'],
});

export const downloadZip = defineRoute('downloadZip', 'GET /v1/skills/{slug}/bundle.zip', {
  tag,
  summary: 'The bundle as a zip, the same files packed always in the same way; counts as a download',
  scope,
  params: slugParams,
  query: versionedQuery,
  media: 'application/zip',
  headers: bundleHeaders,
  problems: [...versionProblems, 'range-not-satisfiable'],
});

const bundleFiles = z.array(
  z
    .object({
      path: z.string(),
      bytes: z.int(),
      sha256: sha256Schema,
      executable: z.boolean(),
      media_type: z.string(),
    })
    .meta({ id: 'BundleFile' }),
);

const fileHeaders = {
  ...byteHeaders,
  'Content-Disposition': '`inline` for text, `attachment` for all else and for what a browser would run',
} as const;

export const listFiles = defineRoute('listFiles', 'GET /v1/skills/{slug}/files', {
  tag,
  summary: 'The files of a bundle, by path',
  scope,
  params: slugParams,
  query: versionedQuery,
  response: bundleFiles,
  headers: versionHeaders,
  problems: [...versionProblems],
});

export const readFile = defineRoute('readFile', 'GET /v1/skills/{slug}/files/{+path}', {
  tag,
  summary: 'One file of a bundle, as text where it is text',
  scope,
  params: slugParams.extend({ path: filePath }),
  query: versionedQuery,
  media: 'application/octet-stream',
  headers: { ...fileHeaders, ...versionHeaders },
  problems: [...versionProblems, 'file-not-found', 'range-not-satisfiable'],
});

export const listBundleFiles = defineRoute('listBundleFiles', 'GET /v1/bundles/{sha256}/files', {
  tag,
  summary: 'The files of a bundle by its digest; they never change',
  scope,
  params: digestParams,
  response: bundleFiles,
  headers: versionHeaders,
  problems: [...bundleProblems],
});

export const readBundleFile = defineRoute('readBundleFile', 'GET /v1/bundles/{sha256}/files/{+path}', {
  tag,
  summary: 'One file of a bundle by its digest; it never changes',
  scope,
  params: digestParams.extend({ path: filePath }),
  media: 'application/octet-stream',
  headers: { ...fileHeaders, ...versionHeaders },
  problems: [...bundleProblems, 'file-not-found', 'range-not-satisfiable'],
});

const diffSide = z.object({ version: versionSchema, sha256: sha256Schema, fingerprint: z.string() });
const fileFacts = z.object({ bytes: z.int(), sha256: sha256Schema, executable: z.boolean() });

export const diffVersions = defineRoute('diffVersions', 'GET /v1/skills/{slug}/diff', {
  tag,
  summary: 'What is different between two versions, file by file, with unified diffs of texts',
  scope,
  params: slugParams,
  query: kindQuery.extend({
    from: selectorSchema,
    /** The latest live version unless given. */
    to: selectorSchema.optional(),
  }),
  response: z
    .object({
      slug: slugSchema,
      from: diffSide,
      to: diffSide,
      files: z.array(
        z
          .object({
            path: z.string(),
            change: z.enum(['added', 'removed', 'changed', 'renamed']),
            previous_path: z.string().optional(),
            before: fileFacts.nullable(),
            after: fileFacts.nullable(),
            diff: z.string().nullable(),
            /** Why there is no diff: the same content, no text, or more than a diff may take of size or time. */
            without: z.enum(['same-content', 'binary', 'too-large']).optional(),
          })
          .meta({ id: 'ChangedFile' }),
      ),
    })
    .meta({ id: 'VersionDiff' }),
  problems: [...DiffVersions.problems],
});

export const getChangelog = defineRoute('getChangelog', 'GET /v1/skills/{slug}/changelog', {
  tag,
  summary: 'What changed with each version, the highest first, whatever became of it',
  scope,
  params: slugParams,
  query: kindQuery.extend({
    /** Clamped to 1…200. */
    limit: z.coerce
      .number()
      .int()
      .default(50)
      .transform((limit) => Math.min(Math.max(limit, 1), 200)),
    /** Goes on with the versions below this one. */
    below: versionSchema.optional(),
  }),
  response: z
    .object({
      slug: slugSchema,
      entries: z.array(
        z.object({
          version: versionSchema,
          status: skillStatusSchema,
          verdict: verdictSchema,
          published_at: z.iso.datetime(),
          published_by: z.string(),
          changes: z.string().nullable(),
          yank_reason: z.string().optional(),
        }),
      ),
      /** The version to go on below, where there are more. */
      next: versionSchema.optional(),
    })
    .meta({ id: 'Changelog' }),
  problems: ['skill-not-found'],
});

export const openApi = defineRoute('openApi', 'GET /v1/openapi.json', {
  tag,
  summary: 'This document',
  scope: null,
  response: z.looseObject({ openapi: z.string() }),
});
