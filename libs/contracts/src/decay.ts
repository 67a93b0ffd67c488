import { z } from 'zod';
import { defineQuery } from './define';
import { slugSchema, versionSchema } from './skill';

export const decayCandidateSchema = z.object({
  slug: slugSchema,
  version: versionSchema,
  description: z.string(),
  useCount: z.int(),
  lastUsedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});

export const ListDecayCandidates = defineQuery('decay.list-candidates', 1, {
  summary:
    'Live skills that were not used for `days` and fewer than `max_uses` times in all, oldest use first.',
  scope: 'tenant:admin',
  input: z.object({
    days: z.int().min(1).max(1825),
    maxUses: z.int().min(0).max(100),
    limit: z.int().min(1).max(1000),
  }),
  output: z.array(decayCandidateSchema),
});
