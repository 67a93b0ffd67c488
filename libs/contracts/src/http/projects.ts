import { z } from 'zod';
import { defineRoute } from '../define';
import {
  ChangeProject,
  CreateProject,
  MapStack,
  projectItemKindSchema,
  refreshSecondsSchema,
  ReplaceProjectItems,
  stackTagSchema,
  UnmapStack,
} from '../projects';
import { selectorSchema, slugSchema } from '../skill';

export const projectParams = z.object({ slug: z.string().min(1).max(256) });

const projectSchema = z
  .object({
    slug: slugSchema,
    name: z.string(),
    description: z.string().nullable(),
    git_remote: z.string().nullable(),
    stack_tags: z.array(z.string()),
    plan_auto_refresh_interval_secs: z.int().nullable(),
    /** A version of the plan was chosen by hand; it is not refreshed until somebody asks for it. */
    plan_pinned: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    item_count: z.int(),
  })
  .meta({ id: 'Project' });

const { name, description, gitRemote, stackTags } = ChangeProject.input.shape;

export const listProjects = defineRoute('listProjects', 'GET /v1/tenant/projects', {
  tag: 'Projects',
  summary: 'All projects, by slug',
  scope: 'skills:read',
  response: z.array(projectSchema),
});

export const createProject = defineRoute('createProject', 'POST /v1/tenant/projects', {
  tag: 'Projects',
  summary: 'Create a project',
  scope: 'tenant:admin',
  body: z
    .object({
      slug: z.string().min(1).max(256),
      name: CreateProject.input.shape.name,
      description,
      git_remote: gitRemote,
      stack_tags: stackTags.nullable(),
      plan_auto_refresh_interval_secs: refreshSecondsSchema.nullish(),
    })
    .meta({ id: 'NewProject' }),
  status: 201,
  response: projectSchema,
  problems: [...CreateProject.problems],
});

export const getProject = defineRoute('getProject', 'GET /v1/tenant/projects/{slug}', {
  tag: 'Projects',
  summary: 'A project with its items',
  scope: 'skills:read',
  params: projectParams,
  response: projectSchema
    .extend({
      items: z.array(
        z
          .object({
            skill_slug: slugSchema,
            kind: projectItemKindSchema,
            position: z.int(),
            /** The version that is meant; null: the latest. */
            version: z.string().nullable(),
          })
          .meta({ id: 'ProjectItem' }),
      ),
    })
    .meta({ id: 'ProjectDetail' }),
  problems: ['project-not-found'],
});

export const changeProject = defineRoute('changeProject', 'PATCH /v1/tenant/projects/{slug}', {
  tag: 'Projects',
  summary: 'Change what is given; null clears',
  scope: 'tenant:admin',
  params: projectParams,
  body: z
    .object({
      name,
      description,
      git_remote: gitRemote,
      stack_tags: stackTags.nullable(),
      plan_auto_refresh_interval_secs: refreshSecondsSchema.nullish(),
    })
    .meta({ id: 'ProjectChange' }),
  response: projectSchema,
  problems: [...ChangeProject.problems],
});

export const deleteProject = defineRoute('deleteProject', 'DELETE /v1/tenant/projects/{slug}', {
  tag: 'Projects',
  summary: 'Delete a project with its items and plans',
  scope: 'tenant:admin',
  params: projectParams,
  status: 204,
  problems: ['project-not-found'],
});

export const putProjectItems = defineRoute('putProjectItems', 'PUT /v1/tenant/projects/{slug}/items', {
  tag: 'Projects',
  summary: 'Replace what a project wants installed; the order is kept, and nothing needs to exist yet',
  scope: 'tenant:admin',
  params: projectParams,
  body: z
    .array(
      z.object({
        slug: z.string().min(1).max(256),
        kind: projectItemKindSchema.default('skill'),
        version: selectorSchema.nullish(),
      }),
    )
    .max(1000)
    .meta({ id: 'ProjectItems' }),
  status: 204,
  problems: [...ReplaceProjectItems.problems],
});

export const resolveProject = defineRoute('resolveProject', 'GET /v1/projects/resolve', {
  tag: 'Projects',
  summary: 'The project that a git remote belongs to, however the remote is written',
  scope: 'skills:read',
  query: z.object({ remote: z.string().min(1).max(2048) }),
  response: z.object({ slug: slugSchema, name: z.string() }),
  problems: ['project-not-found'],
});

const mapping = z
  .object({ stack: stackTagSchema, skill: z.string().min(1).max(256) })
  .meta({ id: 'StackMapping' });

export const listStackMappings = defineRoute('listStackMappings', 'GET /v1/tenant/stack-mappings', {
  tag: 'Projects',
  summary: 'The skills that are recommended by hand for a technology',
  scope: 'skills:read',
  response: z.array(mapping),
});

export const mapStack = defineRoute('mapStack', 'POST /v1/tenant/stack-mappings', {
  tag: 'Projects',
  summary: 'Recommend a skill for a technology; it need not exist yet, and repeating it changes nothing',
  scope: 'tenant:admin',
  body: mapping,
  response: mapping,
  problems: [...MapStack.problems],
});

export const unmapStack = defineRoute('unmapStack', 'DELETE /v1/tenant/stack-mappings', {
  tag: 'Projects',
  summary: 'Stop recommending a skill for a technology',
  scope: 'tenant:admin',
  body: mapping,
  status: 204,
  problems: [...UnmapStack.problems],
});
