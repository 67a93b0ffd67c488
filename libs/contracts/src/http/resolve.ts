import { z } from 'zod';
import { defineRoute } from '../define';
import { installPlanSchema, missingSchema, Resolve } from '../resolve';
import { kindSchema, selectorSchema } from '../skill';

export const resolve = defineRoute('resolve', 'POST /v1/resolve', {
  tag: 'Dependencies',
  summary: 'A complete install plan for up to 1000 items, or the conflict that stands in its way',
  scope: 'skills:read',
  body: z
    .object({
      roots: z
        .array(
          z.object({
            kind: kindSchema.default('skill'),
            slug: z.string().min(1).max(256),
            /** An exact version, a semver range or a channel; without it, the latest. */
            version: selectorSchema.nullish(),
          }),
        )
        .min(1)
        .max(1000),
      /** `refuse` makes a required item that is not in the catalog a conflict instead of listing it. */
      missing: missingSchema.default('list'),
    })
    .meta({ id: 'ResolveRequest' }),
  response: installPlanSchema,
  problems: [...Resolve.problems],
});
