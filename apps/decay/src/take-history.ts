import type { EventOf } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import { sketchOf } from './distinct-projects';
import type { HistoryTaken, ItemRenamed } from './vitals.stream';

/** Notes what an item is called now, also under names that it had before this one. */
export async function noteName(
  tx: Tx,
  { tenant, revision, data }: EventOf<typeof ItemRenamed>,
): Promise<void> {
  const { kind, slug, to } = data;
  await tx.query(
    `INSERT INTO vitals (tenant_id, kind, slug, revision) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET revision = $4`,
    [tenant, kind, slug, revision],
  );
  await tx.query(
    'UPDATE old_names SET now_called = $4 WHERE tenant_id = $1 AND kind = $2 AND now_called = $3',
    [tenant, kind, slug, to],
  );
  await tx.query(
    `INSERT INTO old_names (tenant_id, kind, slug, now_called) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET now_called = $4`,
    [tenant, kind, slug, to],
  );
}

const TAKE = `
  WITH gone AS (
    UPDATE vitals SET use_count = 0, weight = 0, score_key = '-Infinity', first_used_day = NULL, last_used_day = NULL,
      last_used_at = '-infinity', outcomes_since = NULL, used_in = '{}'
    WHERE tenant_id = $1 AND kind = $2 AND slug = $4
    RETURNING old.use_count, old.weight, old.score_key, old.first_used_day, old.last_used_day, old.last_used_at, old.outcomes_since,
      old.used_in
  )
  INSERT INTO vitals AS v (tenant_id, kind, slug, use_count, weight, score_key, first_used_day, last_used_day, last_used_at,
    outcomes_since, used_in, pinned, snoozed_until, revision)
  SELECT $1, $2, $3, coalesce(use_count, 0), coalesce(weight, 0), coalesce(score_key, '-Infinity'), first_used_day,
    last_used_day, coalesce(last_used_at, '-infinity'), outcomes_since,
    coalesce(used_in, '{}'), $5, $6, $7
  FROM (SELECT) one LEFT JOIN gone ON true
  ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET use_count = v.use_count + excluded.use_count,
    weight = v.weight + excluded.weight,
    score_key = CASE WHEN v.weight + excluded.weight > 0 THEN ln((v.weight + excluded.weight)::float8) ELSE '-Infinity' END,
    first_used_day = least(v.first_used_day, excluded.first_used_day),
    last_used_day = greatest(v.last_used_day, excluded.last_used_day),
    last_used_at = greatest(v.last_used_at, excluded.last_used_at),
    outcomes_since = greatest(v.outcomes_since, excluded.outcomes_since),
    used_in = ${sketchOf('v.used_in', 'excluded.used_in')},
    pinned = v.pinned OR excluded.pinned, snoozed_until = coalesce(excluded.snoozed_until, v.snoozed_until),
    revision = excluded.revision`;

/** Gives an item the uses that it had under another name; each day keeps that name, under which more may be told of it. */
export async function takeHistory(
  tx: Tx,
  { tenant, revision, data }: EventOf<typeof HistoryTaken>,
): Promise<void> {
  const { kind, slug, from, pinned, snoozedUntil } = data;
  await tx.query(TAKE, [tenant, kind, slug, from, pinned, snoozedUntil, revision]);
  await tx.query(
    `UPDATE usage_days SET slug = $3, told_as = CASE WHEN told_as = '' THEN $4 ELSE told_as END
     WHERE tenant_id = $1 AND kind = $2 AND slug = $4`,
    [tenant, kind, slug, from],
  );
}
