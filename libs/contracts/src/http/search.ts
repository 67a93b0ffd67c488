import { z } from 'zod';
import { defineRoute } from '../define';
import { facetsSchema, foundStatusSchema, rankSchema, snippetSchema } from '../search';
import { kindSchema } from '../skill';
import { commaList, pageLimit, skillSchema } from './registry';

/** A flag that is on unless it is turned off. */
const onByDefault = z
  .enum(['true', 'false', '1', '0'])
  .default('true')
  .transform((text) => text === 'true' || text === '1');

export const searchCatalog = defineRoute('searchCatalog', 'GET /v1/search', {
  tag: 'Skills',
  summary:
    'Find by words and meaning, typos forgiven; without words, the most used first. With rank=proven, 0.4 relevance, 0.4 success rate and 0.2 use decide, after the item that is named',
  scope: 'skills:read',
  query: z.object({
    q: z.string().max(256).default(''),
    /** All kinds unless one is named. */
    kind: kindSchema.optional(),
    tags: commaList,
    author: z.string().max(256).optional(),
    status: foundStatusSchema.default('published'),
    limit: pageLimit(20),
    cursor: z.string().max(1024).optional(),
    semantic: onByDefault,
    rank: rankSchema.default('relevance'),
  }),
  response: z
    .object({
      items: z.array(
        skillSchema.extend({
          author: z.string(),
          score: z.number(),
          similarity: z.number().optional(),
          snippet: snippetSchema,
          matched: z.array(z.string()),
        }),
      ),
      facets: facetsSchema,
      total: z.int(),
      next_cursor: z.string().nullable(),
      corrected: z.string().optional(),
      /** Whether meaning took part. */
      semantic: z.boolean(),
    })
    .meta({ id: 'SearchAnswer' }),
  problems: ['cursor-invalid'],
});
