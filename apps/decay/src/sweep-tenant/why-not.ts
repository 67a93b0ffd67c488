import type { Tx } from '@loam/database';

const DAY_MS = 86_400_000;

/**
 * Why a sweep must decide nothing. Without any use of any item for long, an outage of telemetry cannot be told from
 * decay; a clock that jumped ahead looks the same. One that went back would call everything young. Only a sweep that
 * decided tells how late it was, or a jump ahead would stop all sweeps until then.
 */
export async function whyNot(
  tx: Tx,
  now: Date,
  silenceDays: number,
): Promise<'no-data' | 'clock-behind' | null> {
  const [known] = await tx.query<{ used: Date | null; swept: Date | null }[]>(
    `SELECT (SELECT max(last_used_at) FILTER (WHERE last_used_at <= $1) FROM vitals
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND last_used_at > '-infinity') AS used,
     (SELECT max(at) FROM sweeps
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND outcome = 'done') AS swept`,
    [now],
  );
  if (known?.swept != null && known.swept > now) return 'clock-behind';
  if (known?.used == null || now.getTime() - known.used.getTime() > silenceDays * DAY_MS) return 'no-data';
  return null;
}
