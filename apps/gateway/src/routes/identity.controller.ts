import { Controller } from '@nestjs/common';
import { z } from 'zod';
import * as http from '@loam/contracts/http/gateway';
import type { Scope } from '@loam/contracts/scopes';
import { EventStore } from '@loam/event-store';
import { createToken, type Rejection } from '@loam/kernel';
import { Refused } from '@loam/messaging';
import type { ProblemCode } from '@loam/contracts/problems';
import { createTenant } from '../create-tenant/create-tenant';
import type { Edge } from '../edge';
import { issueToken, judgeScopes } from '../issue-token/issue-token';
import { revokeToken } from '../revoke-token/revoke-token';
import { Route, type Given } from '../route';

const DAY_MS = 86_400_000;
const PREFIX = 12;

/** What a tenant's first token may do: everything in the tenant, nothing beyond it. */
const ADMINISTRATOR: readonly Scope[] = [
  'skills:read',
  'skills:publish',
  'telemetry:write',
  'capture:write',
  'tenant:admin',
];

function refuse(rejection: Rejection<ProblemCode> | undefined): void {
  if (rejection === undefined) return;
  const { rejected: code, detail, pointer } = rejection;
  throw new Refused({
    code,
    detail,
    ...(pointer === undefined ? {} : { errors: [{ code, detail, pointer }] }),
  });
}

const tokenRows = z.array(
  z
    .object({
      id: z.string(),
      label: z.string(),
      scopes: z.array(z.string()),
      created_at: z.date(),
      expires_at: z.date().nullable(),
      revoked_at: z.date().nullable(),
    })
    .transform((row) => ({
      ...row,
      prefix: `loam_${row.id}`.slice(0, PREFIX),
      created_at: row.created_at.toISOString(),
      expires_at: row.expires_at?.toISOString() ?? null,
      revoked_at: row.revoked_at?.toISOString() ?? null,
    }))
    .pipe(http.listTokens.response.element),
);

@Controller()
export class IdentityController {
  constructor(private readonly store: EventStore) {}

  @Route(http.whoami)
  async whoami(_given: Given<typeof http.whoami>, { principal }: Edge) {
    return { tenant: principal.tenant, token_id: principal.tokenId, scopes: [...principal.scopes] };
  }

  @Route(http.listTokens)
  async listTokens(_given: Given<typeof http.listTokens>, { principal }: Edge) {
    const rows = await this.store.database.tenant(principal.tenantId, (tx) =>
      tx.query<unknown[]>(
        'SELECT id, label, scopes, created_at, expires_at, revoked_at FROM tokens ORDER BY created_at DESC, id',
      ),
    );
    return tokenRows.parse(rows);
  }

  @Route(http.issueToken)
  async issueToken({ body }: Given<typeof http.issueToken>, { principal, context }: Edge) {
    const { label, scopes } = body;
    refuse(judgeScopes(scopes, principal.scopes));
    const expiresAt = new Date(Date.now() + body.expires_in_days * DAY_MS);
    const { id, token, createdAt } = await issueToken(this.store, context, { label, scopes, expiresAt });
    return {
      ...{ id, label, scopes, raw_token: token, prefix: token.slice(0, PREFIX) },
      ...{ created_at: createdAt, expires_at: expiresAt.toISOString(), revoked_at: null },
    };
  }

  @Route(http.revokeToken)
  async revokeToken({ params }: Given<typeof http.revokeToken>, { context }: Edge): Promise<void> {
    refuse(await revokeToken(this.store, context, params.id));
  }

  @Route(http.createTenant)
  async createTenant({ body: { slug, name } }: Given<typeof http.createTenant>, { context }: Edge) {
    const { id, hash, token } = createToken();
    refuse(
      await createTenant(this.store, {
        slug,
        name,
        actor: context.actor,
        token: { id, hash, scopes: ADMINISTRATOR },
      }),
    );
    return { slug, name, token };
  }
}
