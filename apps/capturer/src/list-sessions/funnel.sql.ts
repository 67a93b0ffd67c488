const OF_THESE_DAYS = `s.tenant_id = current_setting('loam.tenant')::uuid
  AND s.started_at >= now() - make_interval(days => $1)`;

const median = (from: string, to: string, where: string): string =>
  `percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ${to} - ${from})) FILTER (WHERE ${where})::float8`;

/** One row: how many sessions came how far, and the median time from each stage to the next. */
export const FUNNEL = `
  SELECT count(*)::int AS captured,
    count(s.scored_at)::int AS scored,
    ${median('s.ended_at', 's.scored_at', 's.scored_at >= s.ended_at')} AS scored_seconds,
    count(s.drafted_at)::int AS drafted,
    ${median('s.scored_at', 's.drafted_at', 's.drafted_at >= s.scored_at')} AS drafted_seconds,
    count(d.id)::int AS published,
    ${median('s.drafted_at', 'd.reviewed_at', 'd.reviewed_at >= s.drafted_at')} AS published_seconds
  FROM sessions s LEFT JOIN drafts d
    ON d.tenant_id = s.tenant_id AND d.id = s.draft_id AND d.status = 'published'
  WHERE ${OF_THESE_DAYS}`;

export const STATUSES = `SELECT s.status, count(*)::int AS sessions FROM sessions s WHERE ${OF_THESE_DAYS} GROUP BY s.status`;
