import { Controller, Inject } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { GetUsageTimeline } from '@loam/contracts/telemetry';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { CLOCK } from '../telemetry.parts';

// Grouped before it meets the calendar. A sum of sums of int4 would run in `numeric`, which is several times slower.
const TIMELINE = `
  SELECT to_char(calendar.day, 'YYYY-MM-DD') AS day, coalesce(used.downloads, 0) AS downloads,
    coalesce(used.views, 0) AS views, coalesce(used.unique_skills, 0) AS unique_skills
  FROM generate_series($1::date - ($2::int - 1), $1::date, interval '1 day') AS calendar (day)
  LEFT JOIN (
    SELECT day, sum(downloads) AS downloads, sum(views) AS views, count(*)::int AS unique_skills
    FROM (
      SELECT day, kind, slug, sum(downloads)::float8 AS downloads, sum(views)::float8 AS views FROM usage_days
      WHERE tenant_id = current_setting('loam.tenant')::uuid AND day > $1::date - $2::int AND day <= $1::date
      GROUP BY day, kind, slug
    ) AS items GROUP BY day
  ) AS used ON used.day = calendar.day::date
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
      tx.query<unknown[]>(TIMELINE, [this.clock().toISOString().slice(0, 10), days]),
    );
    return GetUsageTimeline.output.parse(rows);
  }
}
