import { Controller } from '@nestjs/common';
import { whoami } from '@loam/contracts/http/gateway';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

@Controller()
export class WhoAmIController {
  @Route(whoami)
  async whoami(_given: Given<typeof whoami>, { principal }: Edge) {
    return { tenant: principal.tenant, token_id: principal.tokenId, scopes: [...principal.scopes] };
  }
}
