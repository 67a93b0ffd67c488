import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetTenant } from '@loam/contracts/gateway';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findTenant } from '../tenant.queries';

/** For services that owe something to a tenant, which they know by its id. */
@Controller()
export class GetTenantController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetTenant)
  async get(
    _input: Input<typeof GetTenant>,
    { tenant }: Call,
  ): Promise<Output<typeof GetTenant> | Rejection<ProblemOf<typeof GetTenant>>> {
    return (
      (await this.database.tenant(tenant, (tx) => findTenant(tx))) ??
      reject('tenant-not-found', 'There is no such tenant.')
    );
  }
}
