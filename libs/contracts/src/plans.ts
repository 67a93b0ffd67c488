import { z } from 'zod';
import { defineCommand, defineEvent, defineQuery } from './define';
import { sha256Schema, slugSchema } from './skill';

export const planSourceSchema = z.enum(['file', 'url']);

const source = {
  sourceType: planSourceSchema,
  sourceUrl: z.string().nullable(),
  /** What the source's server called this state of it. */
  sourceEtag: z.string().nullable(),
};

export const PlanImported = defineEvent(
  'registry.plan-imported',
  1,
  z.object({
    /** Of the project. */
    slug: slugSchema,
    planId: z.uuid(),
    version: z.int(),
    /** Digest and size of the text, under which it is kept. */
    sha256: sha256Schema,
    bytes: z.int(),
    ...source,
  }),
  { summary: 'A project has a new version of its plan, and it is the active one.' },
);

export const PlanActivated = defineEvent(
  'registry.plan-activated',
  1,
  z.object({ slug: slugSchema, version: z.int() }),
  { summary: 'Somebody chose this version of a plan; it stays until one is asked for again.' },
);

export const PlanChecked = defineEvent(
  'registry.plan-checked',
  1,
  z.object({
    slug: slugSchema,
    version: z.int(),
    sourceEtag: z.string().nullable(),
    /** Why the source could not be fetched; null: it was. */
    fetchError: z.string().nullable(),
    /** Whether a version that somebody chose is held on to. */
    pinned: z.boolean(),
  }),
  { summary: 'What is known of the source of the active plan changed, and the plan did not.' },
);

export const planSchema = z.object({
  id: z.uuid(),
  projectId: z.uuid(),
  version: z.int(),
  sha256: sha256Schema,
  bytes: z.int(),
  ...source,
  importedBy: z.string(),
  importedAt: z.iso.datetime(),
  status: z.enum(['active', 'superseded']),
  fetchError: z.string().nullable(),
  fetchErrorAt: z.iso.datetime().nullable(),
});
export type Plan = z.output<typeof planSchema>;

const ofProject = z.object({ slug: z.string() });

export const ImportPlan = defineCommand('registry.import-plan', 1, {
  summary: 'Take a text as the new active plan of a project. The text of the active plan changes nothing.',
  scope: 'tenant:admin',
  input: ofProject.extend({
    sourceType: planSourceSchema,
    sourceUrl: z.url().max(2048).nullable(),
    /** Where the text is; without one it is fetched from the source. */
    staged: z.object({ stagingKey: z.string(), uploadSha256: sha256Schema }).nullable(),
  }),
  output: planSchema,
  problems: ['project-not-found', 'upload-lost', 'plan-source-missing', 'plan-not-fetched', 'plan-empty'],
});

export const RefreshPlan = defineCommand('registry.refresh-plan', 1, {
  summary: 'Fetch the active plan from its source again.',
  scope: 'tenant:admin',
  input: ofProject,
  output: z.object({
    outcome: z.enum(['unchanged', 'updated', 'failed']),
    version: z.int(),
    error: z.string().nullable(),
  }),
  problems: ['project-not-found', 'plan-not-found', 'plan-source-missing'],
});

export const ActivatePlan = defineCommand('registry.activate-plan', 1, {
  summary:
    'Choose a version of the plan. It stays active until the next import or refresh that is asked for.',
  scope: 'tenant:admin',
  input: ofProject.extend({ version: z.int() }),
  output: planSchema,
  problems: ['project-not-found', 'plan-not-found'],
});

export const GetPlan = defineQuery('registry.get-plan', 1, {
  summary: 'One version of the plan of a project, or the active one; the text is kept under its digest.',
  scope: 'skills:read',
  input: ofProject.extend({ version: z.int().nullable() }),
  output: planSchema,
  problems: ['project-not-found', 'plan-not-found'],
});

export const ListPlans = defineQuery('registry.list-plans', 1, {
  summary: 'The newest versions of the plan of a project, at most 50, newest first.',
  scope: 'skills:read',
  input: ofProject,
  output: z.array(planSchema),
  problems: ['project-not-found'],
});

export const DiffPlans = defineQuery('registry.diff-plans', 1, {
  summary: 'What changed in the text from one version of a plan to another, as a unified diff.',
  scope: 'skills:read',
  input: ofProject.extend({ from: z.int(), to: z.int() }),
  output: z.object({ from: z.int(), to: z.int(), patch: z.string() }),
  problems: ['project-not-found', 'plan-not-found', 'plan-diff-too-large'],
});
