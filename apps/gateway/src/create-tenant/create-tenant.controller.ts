import { Controller } from '@nestjs/common';
import { createTenant as route } from '@loam/contracts/http/gateway';
import type { Scope } from '@loam/contracts/scopes';
import { EventStore } from '@loam/event-store';
import { createToken } from '@loam/kernel';
import type { Edge } from '../edge';
import { refuse } from '../refuse';
import { Route, type Given } from '../route';
import { createTenant } from './create-tenant';

/** What a tenant's first token may do: everything in the tenant, nothing beyond it. */
const ADMINISTRATOR: readonly Scope[] = [
  'skills:read',
  'skills:publish',
  'telemetry:write',
  'capture:write',
  'tenant:admin',
];

@Controller()
export class CreateTenantController {
  constructor(private readonly store: EventStore) {}

  @Route(route)
  async create({ body: { slug, name } }: Given<typeof route>, { context: { actor } }: Edge) {
    const { id, hash, token } = createToken();
    refuse(await createTenant(this.store, { slug, name, actor, token: { id, hash, scopes: ADMINISTRATOR } }));
    return { slug, name, token };
  }
}
