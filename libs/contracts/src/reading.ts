import { z } from 'zod';
import { defineQuery } from './define';
import { skillVersionSchema } from './registry';
import {
  itemSchema,
  selectorSchema,
  sha256Schema,
  skillStatusSchema,
  verdictSchema,
  versionSchema,
} from './skill';

export const FindBundle = defineQuery('registry.find-bundle', 1, {
  summary: 'The newest version of the tenant that holds these bytes and may be installed.',
  scope: 'skills:read',
  input: z.object({ sha256: sha256Schema }),
  output: skillVersionSchema,
  problems: ['bundle-not-found', 'version-erased', 'version-held'],
});

export const GetBacklog = defineQuery('registry.get-backlog', 1, {
  summary: 'How many events of the log have not been published yet, up to 10,000.',
  scope: 'skills:read',
  input: z.object({}),
  output: z.object({ events: z.int() }),
});

/** A file of one of two versions: what can be said of it without its content. */
const fileFactsSchema = z.object({ bytes: z.int(), sha256: sha256Schema, executable: z.boolean() });

export const fileChangeSchema = z
  .object({
    path: z.string(),
    change: z.enum(['added', 'removed', 'changed', 'renamed']),
    /** Of a renamed file: where it was. */
    previousPath: z.string().nullable(),
    before: fileFactsSchema.nullable(),
    after: fileFactsSchema.nullable(),
    /** A unified diff with three lines of context; null where there is none. */
    diff: z.string().nullable(),
    /** Why there is none: the content is the same, no text, or more than a diff may take of size or time. */
    without: z.enum(['same-content', 'binary', 'too-large']).nullable(),
  })
  .meta({ id: 'FileChange' });
export type FileChange = z.output<typeof fileChangeSchema>;

export const DiffVersions = defineQuery('registry.diff-versions', 1, {
  summary: 'What is different between two versions of an item, file by file.',
  scope: 'skills:read',
  input: itemSchema.extend({ from: selectorSchema, to: selectorSchema.nullable() }),
  output: z.object({
    from: skillVersionSchema,
    to: skillVersionSchema,
    /** By path. */
    files: z.array(fileChangeSchema),
  }),
  problems: ['skill-not-found', 'version-not-found', 'version-erased', 'version-held'],
});

export const changelogEntrySchema = z.object({
  version: versionSchema,
  status: skillStatusSchema,
  verdict: verdictSchema,
  publishedAt: z.iso.datetime(),
  publishedBy: z.string(),
  changes: z.string().nullable(),
  yankReason: z.string().nullable(),
});

export const GetChangelog = defineQuery('registry.get-changelog', 1, {
  summary: 'What changed with each version of an item, the highest version first, whatever became of it.',
  scope: 'skills:read',
  input: itemSchema.extend({
    limit: z.int().min(1).max(200),
    /** Goes on with the versions below this one. */
    below: versionSchema.nullable(),
  }),
  output: z.object({
    entries: z.array(changelogEntrySchema),
    /** The version to go on below, where there are more. */
    next: versionSchema.nullable(),
  }),
  problems: ['skill-not-found'],
});
