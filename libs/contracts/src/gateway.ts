import { z } from 'zod';
import { defineEvent, defineQuery } from './define';
import { serviceNameSchema } from './operations';
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

export const DeadLetterDecided = defineEvent(
  'gateway.dead-letter-decided',
  1,
  z.object({
    service: serviceNameSchema,
    letterId: z.string(),
    /** The consumer or the queue. */
    name: z.string(),
    /** Whose letter it was; null where it was of no tenant. */
    of: z.string().nullable(),
    decision: z.enum(['redrive', 'discard']),
  }),
  { summary: 'An operator asked for a dead letter to be tried again or forgotten, before that was done.' },
);

export const GetTenant = defineQuery('gateway.get-tenant', 1, {
  summary: 'What the tenant of the caller is called.',
  scope: 'skills:read',
  input: z.object({}),
  output: z.object({ slug: slugSchema, name: z.string() }),
  problems: ['tenant-not-found'],
});
