import type { Tx } from '@loam/database';
import type { Silence } from './silences.rules';

/** No rule looks farther back. */
const FARTHEST_DAYS = 1825;
const DAY_MS = 86_400_000;

const SILENCES = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day, to_char(after, 'YYYY-MM-DD') AS after
  FROM (
    SELECT day, lead(day, 1, $1::date) OVER (ORDER BY day) AS after FROM heard_days
    WHERE tenant_id = current_setting('loam.tenant')::uuid AND day <= $1::date
  ) heard
  WHERE after - day > $2 AND after > $1::date - ${String(FARTHEST_DAYS)}
  ORDER BY heard.day DESC`;

/**
 * The tenant's outages of telemetry, the last one first. An outage is more than so many days between two from which
 * something was heard of any item; what is heard of them later fills it.
 */
export async function silencesBefore(tx: Tx, now: Date, silenceDays: number): Promise<Silence[]> {
  const found = await tx.query<{ day: string; after: string }[]>(SILENCES, [
    now.toISOString().slice(0, 10),
    silenceDays,
  ]);
  return found.map(({ day, after }) => ({
    from: new Date(Date.parse(day) + DAY_MS),
    to: new Date(after),
  }));
}
