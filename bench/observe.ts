import type { Client } from 'pg';

/** What was counted up to a moment, and the event loops' delay since the last look. */
export interface Observation {
  readonly walBytes: number;
  readonly commits: number;
  /** The p99 of the service where it is worst. */
  readonly loopDelayMs: number;
}

/** What the whole server has written and committed. The statistics are flushed when a transaction ends. */
export async function databaseCounters(admin: Client): Promise<Pick<Observation, 'walBytes' | 'commits'>> {
  const { rows } = await admin.query<{ wal: string; commits: string }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal,
       (SELECT sum(xact_commit) FROM pg_stat_database) AS commits`,
  );
  return { walBytes: Number(rows[0]?.wal), commits: Number(rows[0]?.commits) };
}

/** The event loop's delay since it was last asked, p99 in ms, as the service's metrics tell it. */
export async function loopDelayOf(healthUrl: string): Promise<number> {
  const text = await (await fetch(`${healthUrl}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds\S* (\S+)/m.exec(text)?.[1] ?? Number.NaN) * 1000;
}
