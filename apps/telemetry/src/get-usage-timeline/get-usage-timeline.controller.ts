import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { GetUsageTimeline } from '@loam/contracts/telemetry';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { lastDays, TENANT_DAYS } from '../summaries';
import { CLOCK } from '../telemetry.parts';

const TIMELINE = `
  SELECT to_char(calendar.day, 'YYYY-MM-DD') AS day, coalesce(used.downloads, 0) AS downloads,
    coalesce(used.views, 0) AS views, coalesce(used.skills, 0) AS unique_skills
  FROM generate_series($1::date, $2::date, interval '1 day') AS calendar (day)
  LEFT JOIN (${TENANT_DAYS}) AS used ON used.day = calendar.day::date
  ORDER BY calendar.day`;

@Controller()
export class GetUsageTimelineController {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnRequest(GetUsageTimeline)
  async timeline(
    { days }: Input<typeof GetUsageTimeline>,
    call: Call,
  ): Promise<Output<typeof GetUsageTimeline>> {
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<unknown[]>(TIMELINE, lastDays(this.clock(), days)),
    );
    return GetUsageTimeline.output.parse(rows);
  }
}
