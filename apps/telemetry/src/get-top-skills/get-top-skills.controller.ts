import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { GetTopSkills } from '@loam/contracts/telemetry';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { CLOCK } from '../telemetry.parts';

const TOP = `
  SELECT slug, sum(downloads)::float8 AS downloads, sum(views)::float8 AS views,
    sum(downloads + views)::float8 AS total
  FROM usage_days
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND day > $1::date - $2::int AND day <= $1::date
  GROUP BY slug ORDER BY total DESC, slug LIMIT $3`;

@Controller()
export class GetTopSkillsController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Kinds are merged under one slug, as clients of skill-pool expect. */
  @OnRequest(GetTopSkills)
  async top({ days, limit }: Input<typeof GetTopSkills>, call: Call): Promise<Output<typeof GetTopSkills>> {
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<unknown[]>(TOP, [this.clock().toISOString().slice(0, 10), days, limit]),
    );
    return GetTopSkills.output.parse(rows);
  }
}
