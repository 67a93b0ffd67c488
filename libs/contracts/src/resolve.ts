import { z } from 'zod';
import { defineQuery } from './define';
import { itemSchema, kindSchema, newerSchema, selectorSchema, sha256Schema, versionSchema } from './skill';

// A plan has thousands of these, all from a catalog that has checked them: they are not checked once more.
const name = z.string();

/** Who asked, and for which range; `by` is null for a root. */
const reasonSchema = z.object({
  by: z.object({ kind: kindSchema, slug: name, version: name }).nullable(),
  range: name,
});

/** What to install, in this order: what stands first needs nothing that stands later, except within a cycle. */
export const installPlanSchema = z
  .object({
    items: z.array(
      itemSchema.extend({
        version: versionSchema,
        sha256: sha256Schema,
        bytes: z.int(),
        requires: z.array(z.object({ slug: name, range: name })),
        reasons: z.array(reasonSchema),
        /** A higher version that all who ask would have taken, and why it is not the answer. */
        newer: newerSchema.optional(),
        /** Why the version is yanked; it came because it was asked for exactly. */
        yanked: z.string().optional(),
        /** The version is archived; it came because it was asked for exactly. */
        archived: z.literal(true).optional(),
      }),
    ),
    /** Required, but not in the catalog: nothing of that name is live. */
    missing: z.array(
      itemSchema.extend({
        reasons: z.array(reasonSchema),
        /** The highest version that there is, and what keeps it from being taken; without it there is none. */
        withheld: newerSchema.optional(),
      }),
    ),
    /** Each once, its smallest name first, at most 100. */
    cycles: z.array(z.array(itemSchema)),
  })
  .meta({ id: 'InstallPlan' });
export type InstallPlan = z.output<typeof installPlanSchema>;

/** An item to install; without a version, the latest. */
export const rootSchema = itemSchema.extend({ version: selectorSchema.nullable() });
export type ResolveRoot = z.output<typeof rootSchema>;

/** Whether a requirement that the catalog does not have is listed in the plan or stands in its way. */
export const missingSchema = z.enum(['list', 'refuse']);

export const Resolve = defineQuery('registry.resolve', 1, {
  summary: 'One version of everything that some items need, or which of them exclude each other and why.',
  scope: 'skills:read',
  input: z.object({ roots: z.array(rootSchema).min(1).max(1000), missing: missingSchema }),
  output: installPlanSchema,
  problems: [
    ...(['skill-not-found', 'version-not-found', 'version-erased', 'version-held'] as const),
    ...(['dependency-conflict', 'resolution-too-large'] as const),
  ],
});
