import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { KnowsSkill } from '@loam/contracts/telemetry';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';
import { isKnown } from './is-known';

@Controller()
export class KnowsSkillController {
  constructor(private readonly database: Database) {}

  @OnRequest(KnowsSkill)
  async knows(item: Input<typeof KnowsSkill>, call: Call): Promise<Output<typeof KnowsSkill>> {
    return { known: await this.database.tenant(call.tenant, (tx) => isKnown(tx, item)) };
  }
}
