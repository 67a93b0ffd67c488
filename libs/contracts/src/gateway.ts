import { z } from 'zod';
import { defineEvent, defineQuery } from './define';
import { scopeSchema } from './scopes';
import { slugSchema } from './skill';

export const TenantCreated = defineEvent(
  'gateway.tenant-created',
  1,
  z.object({ slug: slugSchema, name: z.string() }),
  { summary: 'A tenant exists.' },
);

export const TokenIssued = defineEvent(
  'gateway.token-issued',
  1,
  z.object({
    tokenId: z.string(),
    label: z.string(),
    /** SHA-256 of the whole token; the token itself is shown once and kept nowhere. */
    hash: z.string(),
    scopes: z.array(z.union([scopeSchema, z.literal('*')])),
    expiresAt: z.iso.datetime().nullable(),
  }),
  { summary: 'A token was issued.' },
);

export const TokenRevoked = defineEvent('gateway.token-revoked', 1, z.object({ tokenId: z.string() }), {
  summary: 'A token was revoked; it is refused from now on.',
});

export const GetTenant = defineQuery('gateway.get-tenant', 1, {
  summary: 'What the tenant of the caller is called.',
  scope: 'skills:read',
  input: z.object({}),
  output: z.object({ slug: slugSchema, name: z.string() }),
  problems: ['tenant-not-found'],
});
