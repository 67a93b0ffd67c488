import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { GetSkillTotals } from '@loam/contracts/telemetry';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';

@Controller()
export class GetSkillTotalsController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetSkillTotals)
  async totals(
    { kind, slug }: Input<typeof GetSkillTotals>,
    call: Call,
  ): Promise<Output<typeof GetSkillTotals>> {
    const [row] = await this.database.tenant(call.tenant, (tx) =>
      tx.query<{ uses: number; last_used_at: Date | null }[]>(
        `SELECT uses::float8 AS uses, nullif(last_used_at, '-infinity') AS last_used_at FROM usage_totals
         WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
        [kind, slug],
      ),
    );
    return { uses: row?.uses ?? 0, lastUsedAt: row?.last_used_at?.toISOString() ?? null };
  }
}
