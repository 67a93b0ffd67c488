import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillStats } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvents, type Occurrence } from '@loam/messaging';

const KEEP = `
  INSERT INTO skill_stats AS s (tenant_id, kind, slug, sequence, uses, successes, others)
  SELECT $1, kind, slug, sequence, uses, successes, others
  FROM jsonb_to_recordset($2::jsonb) AS told (kind text, slug text, sequence bigint, uses bigint, successes int, others int)
  ORDER BY kind, slug
  ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET sequence = excluded.sequence, uses = excluded.uses,
    successes = excluded.successes, others = excluded.others, changed_in = pg_current_xact_id()
  WHERE s.sequence < excluded.sequence`;

@Controller()
export class WatchStatsController {
  /** An event carries what holds in all: the newest one replaces what was known, an older one nothing. */
  @OnEvents(SkillStats, 'watch-stats')
  async watch(
    told: readonly Occurrence<EventOf<typeof SkillStats>>[],
    { tx, context }: UnitOfWork,
  ): Promise<void> {
    const stats = told.map(({ event: { data } }) => {
      const { kind, slug, sequence, uses, successes, partials, failures } = data;
      return { kind, slug, sequence, uses, successes, others: partials + failures };
    });
    await tx.query(KEEP, [context.tenant, JSON.stringify(stats)]);
  }
}
