import { z } from 'zod';
import { defineRoute } from '../define';
import {
  deadLetterDetailSchema,
  deadLetterSchema,
  replayCheckSchema,
  serviceNameSchema,
} from '../operations';
import { scopeSchema } from '../scopes';
import { slugSchema } from '../skill';
import { clamped } from './telemetry';

const grantableScope = z.union([scopeSchema, z.literal('*')]);

const tokenSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    prefix: z.string(),
    scopes: z.array(grantableScope),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Token' });

export const whoami = defineRoute('whoami', 'GET /v1/auth/whoami', {
  tag: 'Identity',
  summary: 'The tenant and scopes of the token at hand',
  scope: 'skills:read',
  response: z.object({ tenant: slugSchema, token_id: z.string(), scopes: z.array(z.string()) }),
});

export const listTokens = defineRoute('listTokens', 'GET /v1/profile/tokens', {
  tag: 'Identity',
  summary: 'The tokens of the tenant, never their secrets',
  scope: 'tenant:admin',
  response: z.array(tokenSchema),
});

export const issueToken = defineRoute('issueToken', 'POST /v1/profile/tokens', {
  tag: 'Identity',
  summary: 'Issue a token; the answer is the only place where it can be read',
  scope: 'tenant:admin',
  body: z
    .object({
      label: z.string().min(1).max(80),
      /** A list, or one text separated by spaces. */
      scopes: z.union([
        z.array(grantableScope).min(1),
        z
          .string()
          .transform((text) => text.split(' ').filter((part) => part !== ''))
          .pipe(z.array(grantableScope).min(1)),
      ]),
      /** Days until it expires; 90 unless given. */
      expires_in_days: z.int().min(1).max(3650).default(90),
    })
    .meta({ id: 'TokenRequest' }),
  response: tokenSchema.extend({ raw_token: z.string() }).meta({ id: 'IssuedToken' }),
  problems: ['scope-not-grantable'],
});

export const revokeToken = defineRoute('revokeToken', 'DELETE /v1/profile/tokens/{id}', {
  tag: 'Identity',
  summary: 'Revoke a token; it is refused everywhere within a second',
  scope: 'tenant:admin',
  params: z.object({ id: z.string().min(1).max(64) }),
  status: 204,
  problems: ['token-not-found'],
});

export const createTenant = defineRoute('createTenant', 'POST /v1/admin/tenants', {
  tag: 'Operations',
  summary: 'Create a tenant with a first administrator token',
  scope: 'platform:admin',
  body: z.object({ slug: slugSchema, name: z.string().min(1).max(80) }).meta({ id: 'TenantRequest' }),
  status: 201,
  response: z.object({ slug: slugSchema, name: z.string(), token: z.string() }),
  problems: ['tenant-exists'],
});

const letterParams = z.object({ service: serviceNameSchema, id: z.string().min(1).max(512) });

export const listDeadLetters = defineRoute('listDeadLetters', 'GET /v1/admin/dead-letters', {
  tag: 'Operations',
  summary: 'What services gave up on, newest first; services that did not answer are named',
  scope: 'platform:admin',
  query: z.object({ service: serviceNameSchema.optional(), limit: clamped(200, 1, 1000) }),
  response: z.object({ items: z.array(deadLetterSchema), unreachable: z.array(serviceNameSchema) }),
});

export const showDeadLetter = defineRoute('showDeadLetter', 'GET /v1/admin/dead-letters/{service}/{id}', {
  tag: 'Operations',
  summary: 'One dead letter with payload and stack',
  scope: 'platform:admin',
  params: letterParams,
  response: deadLetterDetailSchema,
  problems: ['dead-letter-not-found'],
});

export const redriveDeadLetter = defineRoute(
  'redriveDeadLetter',
  'POST /v1/admin/dead-letters/{service}/{id}/redrive',
  {
    tag: 'Operations',
    summary: 'Try it again; its effect happens once',
    scope: 'platform:admin',
    params: letterParams,
    status: 204,
    problems: ['dead-letter-not-found', 'redrive-failed'],
  },
);

export const discardDeadLetter = defineRoute(
  'discardDeadLetter',
  'DELETE /v1/admin/dead-letters/{service}/{id}',
  {
    tag: 'Operations',
    summary: 'Forget it',
    scope: 'platform:admin',
    params: letterParams,
    status: 204,
    problems: ['dead-letter-not-found'],
  },
);

const serviceParams = z.object({ service: serviceNameSchema });

export const startReplayCheck = defineRoute('startReplayCheck', 'POST /v1/admin/replay-checks/{service}', {
  tag: 'Operations',
  summary: "Rebuild a service's tables from its log beside the live ones and compare row by row",
  scope: 'platform:admin',
  params: serviceParams,
  status: 202,
  response: replayCheckSchema,
});

export const getReplayCheck = defineRoute('getReplayCheck', 'GET /v1/admin/replay-checks/{service}/{id}', {
  tag: 'Operations',
  summary: 'How far a replay check is, and what it found',
  scope: 'platform:admin',
  params: serviceParams.extend({ id: z.string().min(1).max(64) }),
  response: replayCheckSchema,
  problems: ['replay-check-not-found'],
});
