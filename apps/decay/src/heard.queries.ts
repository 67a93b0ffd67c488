import type { Tx } from '@loam/database';

/** No rule looks farther back. */
const FARTHEST_DAYS = 1825;

// From day to day by the index, backwards until a gap: a tenant has many rows of a day, and this reads one of each.
const HEARD = `
  WITH RECURSIVE heard AS (
    SELECT max(day) AS day, NULL::date AS after FROM usage_days
    WHERE tenant_id = current_setting('loam.tenant')::uuid AND day <= $1::date
    UNION ALL
    SELECT (SELECT max(u.day) FROM usage_days u
      WHERE u.tenant_id = current_setting('loam.tenant')::uuid AND u.day < h.day), h.day
    FROM heard h WHERE h.day > $1::date - ${String(FARTHEST_DAYS)} AND (h.after IS NULL OR h.after - h.day <= $2)
  )
  SELECT to_char(after, 'YYYY-MM-DD') AS since FROM heard WHERE after - day > $2`;

/**
 * The UTC day with which the last outage of the tenant's telemetry ended; null where there was none. An outage is more
 * than so many days from which nothing was heard of any item; what is heard of them later fills it.
 */
export async function heardSince(tx: Tx, now: Date, silenceDays: number): Promise<string | null> {
  const [found] = await tx.query<{ since: string }[]>(HEARD, [now.toISOString().slice(0, 10), silenceDays]);
  return found === undefined ? null : `${found.since}T00:00:00.000Z`;
}
