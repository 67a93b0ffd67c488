import { scopeSchema } from '@loam/contracts/scopes';
import type { EventStore } from '@loam/event-store';
import { hashToken, parseToken } from '@loam/kernel';
import { createTenant } from './create-tenant';

interface Bootstrap {
  readonly LOAM_BOOTSTRAP_TENANT?: string | undefined;
  readonly LOAM_BOOTSTRAP_TOKEN?: string | undefined;
}

/**
 * Makes the first tenant with an operator's token, for an installation that has neither. Again changes nothing.
 * @throws Error when the tenant was made with another token, which would leave the operator with one that is refused
 */
export async function bootstrap(store: EventStore, environment: Bootstrap): Promise<void> {
  const { LOAM_BOOTSTRAP_TENANT: slug, LOAM_BOOTSTRAP_TOKEN: token } = environment;
  if (slug === undefined || token === undefined) return;
  const id = parseToken(token);
  if (id === undefined) throw new Error('LOAM_BOOTSTRAP_TOKEN is not a token of Loam');
  const hash = hashToken(token);
  const rejection = await createTenant(store, {
    slug,
    name: slug,
    actor: { type: 'service', id: 'gateway' },
    token: { id, hash, scopes: scopeSchema.options },
  });
  if (rejection === undefined) return;
  const known = await store.database.tenantless((tx) =>
    tx.query<unknown[]>('SELECT 1 FROM find_token($1) WHERE hash = $2', [id, hash]),
  );
  if (known.length === 0)
    throw new Error(`the tenant ${slug} exists already, and LOAM_BOOTSTRAP_TOKEN is not one of its tokens`);
}
