import { z } from 'zod';
import { defineRoute } from '../define';
import { ClaimNamespace, ownersSchema, RenameSkill } from '../names';
import { kindSchema, slugSchema } from '../skill';
import { kindQuery, slugParams } from './registry';

const prefixParams = z.object({ prefix: z.string().min(1).max(256) });

const namespaceSchema = z
  .object({ prefix: slugSchema, owners: z.array(z.string()), claimed_at: z.iso.datetime() })
  .meta({ id: 'Namespace' });

export const renameSkill = defineRoute('renameSkill', 'POST /v1/skills/{slug}/rename', {
  tag: 'Names',
  summary: 'Give an item another name; the old one leads to it from then on, and is never given again',
  scope: 'skills:publish',
  params: slugParams,
  query: kindQuery,
  body: z.object({ to: z.string().min(1).max(256) }).meta({ id: 'NewName' }),
  response: z.object({ kind: kindSchema, from: slugSchema, slug: slugSchema }),
  problems: [...RenameSkill.problems],
});

export const listNamespaces = defineRoute('listNamespaces', 'GET /v1/tenant/namespaces', {
  tag: 'Names',
  summary: 'The prefixes of names that have owners',
  scope: 'skills:read',
  response: z.array(namespaceSchema),
});

export const getNamespace = defineRoute('getNamespace', 'GET /v1/tenant/namespaces/{prefix}', {
  tag: 'Names',
  summary: 'A prefix with its owners and everyone who owned it before, newest first',
  scope: 'skills:read',
  params: prefixParams,
  response: namespaceSchema
    .extend({
      history: z.array(z.object({ owners: z.array(z.string()), at: z.iso.datetime(), by: z.string() })),
    })
    .meta({ id: 'NamespaceDetail' }),
  problems: ['namespace-not-found'],
});

export const claimNamespace = defineRoute('claimNamespace', 'PUT /v1/tenant/namespaces/{prefix}', {
  tag: 'Names',
  summary:
    'Give a prefix of names to owners, the ids of tokens; `payments` covers `payments` and `payments-…`',
  scope: 'tenant:admin',
  params: prefixParams,
  body: z.object({ owners: ownersSchema }).meta({ id: 'NamespaceOwners' }),
  response: namespaceSchema,
  problems: [...ClaimNamespace.problems, 'owner-unknown'],
});

export const releaseNamespace = defineRoute('releaseNamespace', 'DELETE /v1/tenant/namespaces/{prefix}', {
  tag: 'Names',
  summary: 'Let everybody publish under a prefix again',
  scope: 'tenant:admin',
  params: prefixParams,
  status: 204,
  problems: ['namespace-not-found'],
});
