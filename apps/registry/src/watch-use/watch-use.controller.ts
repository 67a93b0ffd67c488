import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillUsed } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvent } from '@loam/messaging';

/** Days that still say something about what is popular. */
const DAYS = 90;

@Controller()
export class WatchUseController {
  /** An event carries the totals of its day so far: the newest one replaces what was known, an older one nothing. */
  @OnEvent(SkillUsed, 'watch-use')
  async watch({ tenant, data }: EventOf<typeof SkillUsed>, { tx }: UnitOfWork): Promise<void> {
    const { kind, slug, version, day, sequence, views, downloads, successes = 0, failures = 0 } = data;
    await tx.query(
      `INSERT INTO skill_uses AS u (tenant_id, kind, slug, version, day, sequence, views, downloads, successes, failures)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE $5::date > current_date - ${String(DAYS)}
       ON CONFLICT (tenant_id, kind, slug, version, day) DO UPDATE SET sequence = excluded.sequence,
         views = excluded.views, downloads = excluded.downloads, successes = excluded.successes,
         failures = excluded.failures, changed_in = pg_current_xact_id()
       WHERE u.sequence < excluded.sequence`,
      [tenant, kind, slug, version ?? '', day, sequence, views, downloads, successes, failures],
    );
    await tx.query(
      `DELETE FROM skill_uses WHERE tenant_id = $1 AND kind = $2 AND slug = $3
       AND day <= current_date - ${String(DAYS)}`,
      [tenant, kind, slug],
    );
  }
}
