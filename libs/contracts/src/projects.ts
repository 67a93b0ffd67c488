import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import { kindSchema, selectorSchema, slugSchema } from './skill';

/** A word for a technology, as stack detection finds it; upper and lower case are one. */
export const stackTagSchema = z.string().trim().toLowerCase().min(1).max(64);

/** What a project may list: items of the catalog, and plugins, which are kept for when there are some. */
export const projectItemKindSchema = z.enum([...kindSchema.options, 'plugin']);

/** One thing that a project wants installed; nothing needs to exist under this name yet. */
export const projectItemSchema = z.object({
  kind: projectItemKindSchema,
  slug: slugSchema,
  /** The version that is meant, as a selector; null: the latest. */
  version: selectorSchema.nullable(),
});
export type ProjectItem = z.output<typeof projectItemSchema>;

const settings = {
  name: z.string(),
  description: z.string().nullable(),
  /** Normalised; no other project of the tenant has it. */
  gitRemote: z.string().nullable(),
  stackTags: z.array(stackTagSchema),
  /** How often the source of the active plan is asked again; null: never. */
  planRefreshSeconds: z.int().nullable(),
};
export type ProjectSettings = z.output<z.ZodObject<typeof settings>>;

export const ProjectCreated = defineEvent(
  'registry.project-created',
  1,
  z.object({ slug: slugSchema, projectId: z.uuid(), ...settings }),
  { summary: 'There is a new project.' },
);

export const ProjectChanged = defineEvent(
  'registry.project-changed',
  1,
  z.object({ slug: slugSchema, ...settings }),
  { summary: 'The settings of a project are now these.' },
);

export const ProjectDeleted = defineEvent('registry.project-deleted', 1, z.object({ slug: slugSchema }), {
  summary: 'A project is gone, with its items and plans.',
});

export const ProjectItemsReplaced = defineEvent(
  'registry.project-items-replaced',
  1,
  z.object({ slug: slugSchema, items: z.array(projectItemSchema) }),
  { summary: 'The items of a project are now these, in this order.' },
);

const stackMapping = z.object({ stack: stackTagSchema, skill: slugSchema });

export const StackMapped = defineEvent('registry.stack-mapped', 1, stackMapping, {
  summary: 'A skill is recommended wherever this technology is found.',
});

export const StackUnmapped = defineEvent('registry.stack-unmapped', 1, stackMapping, {
  summary: 'A skill is no longer recommended for this technology by hand.',
});

const projectSchema = z.object({
  slug: slugSchema,
  ...settings,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  itemCount: z.int(),
  /** Somebody chose a version of the plan: nothing replaces it until the next import or refresh that is asked for. */
  planPinned: z.boolean(),
});
export type Project = z.output<typeof projectSchema>;

const named = z.object({ slug: z.string() });
const nameSchema = z.string().trim().min(1).max(200);
const descriptionSchema = z.string().max(4000);
const remoteSchema = z.string().trim().min(1).max(2048);
export const refreshSecondsSchema = z.int().min(1).max(31_536_000);
const stackTagsSchema = z
  .array(stackTagSchema)
  .max(64)
  .transform((tags) => [...new Set(tags)]);

export const CreateProject = defineCommand('registry.create-project', 1, {
  summary: 'Create a project.',
  scope: 'tenant:admin',
  input: z.object({
    slug: z.string(),
    name: nameSchema,
    description: descriptionSchema.nullable(),
    gitRemote: remoteSchema.nullable(),
    stackTags: stackTagsSchema,
    planRefreshSeconds: refreshSecondsSchema.nullable(),
  }),
  output: projectSchema,
  problems: ['slug-invalid', 'project-exists', 'remote-invalid', 'remote-taken'],
});

export const ChangeProject = defineCommand('registry.change-project', 1, {
  summary: 'Change settings of a project: what is not given stays, null clears.',
  scope: 'tenant:admin',
  input: named.extend({
    name: nameSchema.optional(),
    description: descriptionSchema.nullable().optional(),
    gitRemote: remoteSchema.nullable().optional(),
    stackTags: stackTagsSchema.optional(),
    planRefreshSeconds: refreshSecondsSchema.nullable().optional(),
  }),
  output: projectSchema,
  problems: ['project-not-found', 'remote-invalid', 'remote-taken'],
});

export const DeleteProject = defineCommand('registry.delete-project', 1, {
  summary: 'Delete a project with its items and plans.',
  scope: 'tenant:admin',
  input: named,
  output: named,
  problems: ['project-not-found'],
});

export const ReplaceProjectItems = defineCommand('registry.replace-project-items', 1, {
  summary:
    'Set what a project wants installed, all at once; the order is kept and nothing needs to exist yet.',
  scope: 'tenant:admin',
  input: named.extend({
    items: z
      .array(z.object({ kind: projectItemKindSchema, slug: z.string(), version: selectorSchema.nullable() }))
      .max(1000),
  }),
  output: named,
  problems: ['project-not-found', 'slug-invalid', 'item-repeated'],
});

export const ListProjects = defineQuery('registry.list-projects', 1, {
  summary: 'The projects of the tenant, by slug.',
  scope: 'skills:read',
  input: z.object({}),
  output: z.array(projectSchema),
});

export const GetProject = defineQuery('registry.get-project', 1, {
  summary: 'One project with its items, in their order.',
  scope: 'skills:read',
  input: named,
  output: projectSchema.extend({ items: z.array(projectItemSchema) }),
  problems: ['project-not-found'],
});

export const ResolveProject = defineQuery('registry.resolve-project', 1, {
  summary: 'The project that a git remote belongs to, however the remote is written.',
  scope: 'skills:read',
  input: z.object({ remote: z.string() }),
  output: z.object({ slug: slugSchema, name: z.string() }),
  problems: ['project-not-found'],
});

const mappingInput = z.object({ stack: stackTagSchema, skill: z.string() });

export const MapStack = defineCommand('registry.map-stack', 1, {
  summary: 'Recommend a skill wherever a technology is found. Doing so again changes nothing.',
  scope: 'tenant:admin',
  input: mappingInput,
  output: stackMapping,
  problems: ['slug-invalid'],
});

export const UnmapStack = defineCommand('registry.unmap-stack', 1, {
  summary: 'Stop recommending a skill for a technology.',
  scope: 'tenant:admin',
  input: mappingInput,
  output: z.object({}),
  problems: ['mapping-not-found'],
});

export const ListStackMappings = defineQuery('registry.list-stack-mappings', 1, {
  summary: 'Which skills are recommended by hand, by technology and slug.',
  scope: 'skills:read',
  input: z.object({}),
  output: z.array(stackMapping),
});
