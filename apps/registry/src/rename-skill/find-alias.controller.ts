import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { FindAlias } from '@loam/contracts/names';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';
import { findAlias } from '../names.queries';

@Controller()
export class FindAliasController {
  constructor(private readonly database: Database) {}

  @OnRequest(FindAlias)
  async find(item: Input<typeof FindAlias>, call: Call): Promise<Output<typeof FindAlias>> {
    return { slug: (await this.database.tenant(call.tenant, (tx) => findAlias(tx, item))) ?? null };
  }
}
