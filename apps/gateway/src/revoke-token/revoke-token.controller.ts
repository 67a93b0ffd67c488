import { Controller } from '@nestjs/common';
import { revokeToken as route } from '@loam/contracts/http/gateway';
import { EventStore } from '@loam/event-store';
import type { Edge } from '../edge';
import { refuse } from '../refuse';
import { Route, type Given } from '../route';
import { revokeToken } from './revoke-token';

@Controller()
export class RevokeTokenController {
  constructor(private readonly store: EventStore) {}

  @Route(route)
  async revoke({ params }: Given<typeof route>, { context }: Edge): Promise<void> {
    refuse(await revokeToken(this.store, context, params.id));
  }
}
