import { z } from 'zod';
import { defineQuery } from './define';
import { projectItemKindSchema, stackTagSchema } from './projects';
import { catalogEntrySchema } from './registry';
import { sha256Schema, slugSchema, versionSchema } from './skill';

/** What a project asks for, and the version that this is at the moment. */
const resolvedItemSchema = z.object({
  kind: projectItemKindSchema,
  slug: slugSchema,
  pin: z.string().nullable(),
  /** Null where nothing can be installed for it; a warning says why. */
  resolved: z.object({ version: versionSchema, sha256: sha256Schema }).nullable(),
});

export const Bootstrap = defineQuery('registry.bootstrap', 1, {
  summary:
    'What to install for a stack and a project: the items of the project, then what is recommended by hand, by tags and by meaning.',
  scope: 'skills:read',
  input: z.object({
    stack: z.array(stackTagSchema).max(64),
    project: z.string().nullable(),
    /** The most recommendations; the items of the project do not count. */
    limit: z.int().min(0).max(100),
  }),
  output: z.object({
    stack: z.array(z.string()),
    skills: z.array(catalogEntrySchema),
    project: z.object({ slug: slugSchema, name: z.string() }).nullable(),
    projectItems: z.array(resolvedItemSchema),
    /** How many skills came from where. */
    tiers: z.object({ project: z.int(), curated: z.int(), tagged: z.int(), semantic: z.int() }),
    /** How many recommendations the limit left out. */
    truncated: z.int(),
    warnings: z.array(z.string()),
  }),
});
