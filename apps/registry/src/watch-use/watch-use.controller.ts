import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillUsed } from '@loam/contracts/telemetry';
import type { UnitOfWork } from '@loam/event-store';
import { OnEvents, type Occurrence } from '@loam/messaging';

/** Days that still say something about what is popular. */
const DAYS = 90;

const KEEP = `
  INSERT INTO skill_uses AS u (tenant_id, kind, slug, version, day, sequence, views, downloads, successes, failures)
  SELECT $1, kind, slug, version, day, sequence, views, downloads, successes, failures
  FROM jsonb_to_recordset($2::jsonb) AS told (kind text, slug text, version text, day date, sequence bigint, views int,
    downloads int, successes int, failures int)
  WHERE day > current_date - ${String(DAYS)} ORDER BY kind, slug, version, day
  ON CONFLICT (tenant_id, kind, slug, version, day) DO UPDATE SET sequence = excluded.sequence,
    views = excluded.views, downloads = excluded.downloads, successes = excluded.successes,
    failures = excluded.failures, changed_in = pg_current_xact_id()
  WHERE u.sequence < excluded.sequence`;

const FORGET = `
  DELETE FROM skill_uses WHERE tenant_id = $1 AND (kind, slug) IN (SELECT * FROM unnest($2::text[], $3::text[]))
    AND day <= current_date - ${String(DAYS)}`;

@Controller()
export class WatchUseController {
  /** An event carries the totals of its day so far: the newest one replaces what was known, an older one nothing. */
  @OnEvents(SkillUsed, 'watch-use')
  async watch(
    used: readonly Occurrence<EventOf<typeof SkillUsed>>[],
    { tx, context }: UnitOfWork,
  ): Promise<void> {
    const days = used.map(({ event: { data } }) => {
      const { kind, slug, version, day, sequence, views, downloads, successes = 0, failures = 0 } = data;
      return {
        ...{ kind, slug, version: version ?? '', day, sequence },
        ...{ views, downloads, successes, failures },
      };
    });
    await tx.query(KEEP, [context.tenant, JSON.stringify(days)]);
    await tx.query(FORGET, [context.tenant, days.map(({ kind }) => kind), days.map(({ slug }) => slug)]);
  }
}
