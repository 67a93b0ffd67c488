import { z } from 'zod';
import { defineRoute } from '../define';
import { projectItemKindSchema } from '../projects';
import { slugSchema } from '../skill';
import { commaList, skillSchema } from './registry';

export const bootstrap = defineRoute('bootstrap', 'GET /v1/bootstrap', {
  tag: 'Projects',
  summary: 'What to install for a stack, a project, or both',
  scope: 'skills:read',
  query: z
    .object({
      stack: commaList,
      project: z.string().min(1).max(256).optional(),
      debug: z.enum(['1', 'true', '0', 'false']).default('false'),
      /** Of recommendations, clamped to 0…100; the items of the project are never cut. */
      limit: z.coerce
        .number()
        .int()
        .default(8)
        .transform((limit) => Math.min(Math.max(limit, 0), 100)),
    })
    .refine(({ stack, project }) => stack.length > 0 || project !== undefined, 'give stack, project or both'),
  response: z
    .object({
      stack: z.array(z.string()),
      /** First those of the project, then the recommendations. */
      skills: z.array(skillSchema),
      /** Null where there is no such project; absent where none was asked for. */
      project: z.object({ slug: slugSchema, name: z.string() }).nullable().optional(),
      project_items: z
        .array(
          z
            .object({
              slug: slugSchema,
              kind: projectItemKindSchema,
              source: z.string(),
              /** The version that the project asks for; null: the latest. */
              version: z.string().nullable(),
              /** What that is now; null where nothing can be installed for it. */
              resolved: z.object({ version: z.string(), sha256: z.string() }).nullable(),
            })
            .meta({ id: 'BootstrapItem' }),
        )
        .optional(),
      /** With `debug`: how many skills came from where. */
      tier_breakdown: z
        .object({ project: z.int().optional(), curated: z.int(), tagged: z.int(), semantic: z.int() })
        .optional(),
      /** How many recommendations the limit left out. */
      truncated: z.int(),
      warnings: z.array(z.string()),
    })
    .meta({ id: 'Bootstrap' }),
});
