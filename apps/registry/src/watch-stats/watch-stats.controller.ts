import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillStats } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';

@Controller()
export class WatchStatsController {
  /** An event carries what holds in all: the newest one replaces what was known, an older one nothing. */
  @OnEvent(SkillStats, 'watch-stats')
  async watch({ tenant, data }: EventOf<typeof SkillStats>, { tx }: UnitOfWork): Promise<void> {
    const { kind, slug, sequence, uses, successes, partials, failures } = data;
    await tx.query(
      `INSERT INTO skill_stats AS s (tenant_id, kind, slug, sequence, uses, successes, others)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET sequence = excluded.sequence, uses = excluded.uses,
         successes = excluded.successes, others = excluded.others, changed_in = pg_current_xact_id()
       WHERE s.sequence < excluded.sequence`,
      [tenant, kind, slug, sequence, uses, successes, partials + failures],
    );
  }
}
