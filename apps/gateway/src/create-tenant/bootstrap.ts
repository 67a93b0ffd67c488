import { scopeSchema } from '@loam/contracts/scopes';
import type { EventStore } from '@loam/event-store';
import { hashToken, parseToken } from '@loam/kernel';
import { createTenant } from './create-tenant';

interface Bootstrap {
  readonly LOAM_BOOTSTRAP_TENANT?: string | undefined;
  readonly LOAM_BOOTSTRAP_TOKEN?: string | undefined;
}

/** Makes the first tenant with an operator's token, for an installation that has neither. Again changes nothing. */
export async function bootstrap(store: EventStore, environment: Bootstrap): Promise<void> {
  const { LOAM_BOOTSTRAP_TENANT: slug, LOAM_BOOTSTRAP_TOKEN: token } = environment;
  if (slug === undefined || token === undefined) return;
  const id = parseToken(token);
  if (id === undefined) throw new Error('LOAM_BOOTSTRAP_TOKEN is not a token of Loam');
  await createTenant(store, {
    slug,
    name: slug,
    actor: { type: 'service', id: 'gateway' },
    token: { id, hash: hashToken(token), scopes: scopeSchema.options },
  });
}
