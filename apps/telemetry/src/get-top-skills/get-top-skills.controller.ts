import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { GetTopSkills } from '@loam/contracts/telemetry';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { lastDays, spansOf, topSlugsOf, TOP_SLUGS } from '../summaries';
import { CLOCK } from '../telemetry.parts';
import { conditionsOf } from '../usage-filter';

@Controller()
export class GetTopSkillsController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Kinds are merged under one slug, as clients of skill-pool expect. */
  @OnRequest(GetTopSkills)
  async top(
    { days, limit, filter }: Input<typeof GetTopSkills>,
    call: Call,
  ): Promise<Output<typeof GetTopSkills>> {
    const [first, last] = lastDays(this.clock(), days);
    const { sql, parameters } = conditionsOf(filter, 3);
    if (sql !== '') {
      const narrowly = filter.project !== undefined || filter.trigger !== undefined;
      const found = await this.database.tenant(call.tenant, (tx) =>
        tx.query<unknown[]>(topSlugsOf(sql, narrowly), [first, limit, ...parameters]),
      );
      return GetTopSkills.output.parse(found);
    }
    const { levels, starts } = spansOf(first, last);
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<unknown[]>(TOP_SLUGS, [first, levels, starts, limit]),
    );
    return GetTopSkills.output.parse(rows);
  }
}
