import { z } from 'zod';
import { defineRoute } from '../define';
import { DiffPlans, ImportPlan, planSourceSchema, RefreshPlan } from '../plans';
import { sha256Schema } from '../skill';
import { projectParams } from './projects';

const planSummary = z
  .object({
    id: z.uuid(),
    project_id: z.uuid(),
    version: z.int(),
    body_sha256: sha256Schema,
    source_type: planSourceSchema,
    source_url: z.string().nullable(),
    source_etag: z.string().nullable(),
    imported_by: z.string(),
    imported_at: z.iso.datetime(),
    status: z.enum(['active', 'superseded']),
    fetch_error: z.string().nullable(),
    fetch_error_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'PlanSummary' });
const planSchema = planSummary.extend({ body_md: z.string() }).meta({ id: 'Plan' });

const versionNumber = z.coerce.number().int().min(1).max(2_147_483_647);
const PLAN = '/v1/tenant/projects/{slug}/plan';

export const importPlan = defineRoute('importPlan', `POST ${PLAN}`, {
  tag: 'Plans',
  summary: 'Make a text the active plan: one that is sent, or one that the server fetches from an address',
  scope: 'tenant:admin',
  params: projectParams,
  body: z
    .object({
      source_type: planSourceSchema,
      source_url: z.url().max(2048).nullish(),
      body_md: z.string().nullish(),
    })
    .meta({ id: 'PlanImport' }),
  status: 201,
  response: planSchema,
  problems: [...ImportPlan.problems, 'body-too-large'],
});

export const getPlan = defineRoute('getPlan', `GET ${PLAN}`, {
  tag: 'Plans',
  summary: 'The active plan of a project',
  scope: 'skills:read',
  params: projectParams,
  response: planSchema,
  problems: ['project-not-found', 'plan-not-found'],
});

export const listPlans = defineRoute('listPlans', `GET ${PLAN}/versions`, {
  tag: 'Plans',
  summary: 'The versions of a plan without their texts, newest first, at most 50',
  scope: 'skills:read',
  params: projectParams,
  response: z.array(planSummary),
  problems: ['project-not-found'],
});

export const getPlanVersion = defineRoute('getPlanVersion', `GET ${PLAN}/versions/{version}`, {
  tag: 'Plans',
  summary: 'One version of a plan',
  scope: 'skills:read',
  params: projectParams.extend({ version: versionNumber }),
  response: planSchema,
  problems: ['project-not-found', 'plan-not-found'],
});

export const diffPlans = defineRoute('diffPlans', `GET ${PLAN}/diff`, {
  tag: 'Plans',
  summary: 'What changed from one version of a plan to another, as a unified diff',
  scope: 'skills:read',
  params: projectParams,
  query: z.object({ from: versionNumber, to: versionNumber }),
  response: z.object({ from: z.int(), to: z.int(), patch: z.string() }).meta({ id: 'PlanDiff' }),
  problems: [...DiffPlans.problems],
});

export const refreshPlan = defineRoute('refreshPlan', `POST ${PLAN}/refresh`, {
  tag: 'Plans',
  summary: 'Fetch the active plan from its address again',
  scope: 'tenant:admin',
  params: projectParams,
  response: z
    .object({
      outcome: z.enum(['unchanged', 'updated', 'failed']),
      version: z.int(),
      /** Why it failed. */
      error: z.string().optional(),
    })
    .meta({ id: 'PlanRefresh' }),
  problems: [...RefreshPlan.problems],
});

export const activatePlan = defineRoute('activatePlan', `POST ${PLAN}/activate`, {
  tag: 'Plans',
  summary: 'Choose a version; it stays active until the next import or refresh that is asked for',
  scope: 'tenant:admin',
  params: projectParams,
  body: z.object({ version: z.int().min(1) }).meta({ id: 'PlanChoice' }),
  response: planSchema,
  problems: ['project-not-found', 'plan-not-found'],
});
