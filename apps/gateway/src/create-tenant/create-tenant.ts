import { randomUUID } from 'node:crypto';
import type { Fact } from '@loam/contracts/define';
import type { Actor } from '@loam/contracts/envelope';
import { TenantCreated, TokenIssued } from '@loam/contracts/gateway';
import type { Scope } from '@loam/contracts/scopes';
import { NO_STREAM, StreamConflict, type EventStore } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { tenantStream } from '../tenant.stream';
import { tokenStream } from '../token.stream';
import { tenantIdOf } from '../tenant-id';

interface NewTenant {
  readonly slug: string;
  readonly name: string;
  readonly actor: Actor;
  /** The first token: its id, its hash and what it may do. It does not expire. */
  readonly token: { readonly id: string; readonly hash: string; readonly scopes: readonly Scope[] };
}

/** Creates a tenant together with its first token, both or neither. */
export async function createTenant(
  store: EventStore,
  { slug, name, actor, token }: NewTenant,
): Promise<Rejection<'tenant-exists'> | undefined> {
  const tenant = tenantIdOf(slug);
  const created: Fact = { type: TenantCreated.name, data: { slug, name } };
  const issued: Fact = {
    type: TokenIssued.name,
    data: {
      tokenId: token.id,
      label: 'first token',
      hash: token.hash,
      scopes: token.scopes,
      expiresAt: null,
    },
  };
  const context = { tenant, actor, correlationId: randomUUID(), causationId: null, traceparent: null };
  try {
    await store.transaction(context, (unit) =>
      unit.append(
        { stream: tenantStream(tenant), expected: NO_STREAM, facts: [created] },
        { stream: tokenStream(tenant, token.id), expected: NO_STREAM, facts: [issued] },
      ),
    );
    return undefined;
  } catch (error) {
    if (error instanceof StreamConflict) return reject('tenant-exists', `There is a tenant ${slug} already.`);
    throw error;
  }
}
