import type { Tx } from '@loam/database';
import { QUANTITIES } from './counters';

/**
 * Sums of days for a whole tenant, and of spans of days for each slug. They follow the days within seconds, at no cost
 * to who records: a day of which a change is noted is dirty, and readers take it from usage_days instead, so that
 * what they answer is exact at any time.
 */

const TENANT = "current_setting('loam.tenant')::uuid";

/** Spans of 2^level days, aligned to the first of these days. */
export const EPOCH = '2000-01-01';
export const TOP_LEVEL = 8;
const DAY_MS = 86_400_000;

// A sum of sums of int4 would run in `numeric`, which is several times slower.
const SUMS = QUANTITIES.map((q) =>
  q === 'cost_micros' ? `sum(${q}) AS ${q}` : `sum(${q})::int AS ${q}`,
).join(', ');
const SET = (names: readonly string[]): string =>
  names.map((name) => `${name} = excluded.${name}`).join(', ');

/** The sums of the days that `days` names, made from the rows of the items. */
const LIVE_DAYS = (days: string): string => `
  SELECT day, count(*)::int AS skills, ${SUMS}
  FROM (
    SELECT day, kind, slug, ${SUMS}
    FROM usage_days WHERE tenant_id = ${TENANT} AND day = ANY(${days}) GROUP BY day, kind, slug
  ) AS items GROUP BY day`;

const SUMMARISE_DAYS = `
  INSERT INTO usage_tenant_days (tenant_id, day, skills, ${QUANTITIES.join(', ')})
  SELECT ${TENANT}, day, skills, ${QUANTITIES.join(', ')} FROM (${LIVE_DAYS('$1::date[]')}) AS live
  ON CONFLICT (tenant_id, day) DO UPDATE SET ${SET(['skills', ...QUANTITIES])}, quartered = false`;

const begins = (day: string): string => `(${day}::timestamp AT TIME ZONE 'UTC')`;
const QUARTERS_OF = (days: string): string => `
  SELECT quarter, ${SUMS} FROM ${days} AS open JOIN usage_quarters q
    ON q.tenant_id = ${TENANT} AND q.quarter >= ${begins('open.day')} AND q.quarter < ${begins('(open.day + 1)')}
  GROUP BY quarter`;

/** Days that are over; on the day itself its quarters would be made anew with each publication. */
const SUMMARISE_QUARTERS = `
  WITH given AS (
    UPDATE usage_tenant_days SET quartered = true
    WHERE tenant_id = ${TENANT} AND day = ANY(ARRAY(
      SELECT day FROM usage_tenant_days
      WHERE tenant_id = ${TENANT} AND NOT quartered AND day < (now() AT TIME ZONE 'UTC')::date ORDER BY day LIMIT $1
    )) RETURNING day
  ), made AS (
    INSERT INTO usage_tenant_quarters (tenant_id, quarter, ${QUANTITIES.join(', ')})
    SELECT ${TENANT}, quarter, ${QUANTITIES.join(', ')} FROM (${QUARTERS_OF('given')}) AS sums
    ON CONFLICT (tenant_id, quarter) DO UPDATE SET ${SET(QUANTITIES)}
  ) SELECT count(*)::int AS days FROM given`;

const MOST_DAYS = 31;

/** Sums up the quarters of some days that are over. @returns whether there may be more of them */
export async function summariseQuarters(tx: Tx): Promise<boolean> {
  await lockSummaries(tx);
  const [row] = await tx.query<{ days: number }[]>(SUMMARISE_QUARTERS, [MOST_DAYS]);
  return row?.days === MOST_DAYS;
}

/** The tenants that have days whose quarters are not summed up. @param tx of the system role */
export async function unquarteredTenants(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ tenant: string }[]>(
    `SELECT DISTINCT tenant_id AS tenant FROM usage_tenant_days
     WHERE NOT quartered AND day < (now() AT TIME ZONE 'UTC')::date`,
  );
  return rows.map(({ tenant }) => tenant);
}

/** The sums of the tenant's quarters from time $1 until $2, as rows of `at` and each quantity. */
export const TENANT_QUARTERS = `
  WITH open AS MATERIALIZED (
    SELECT day FROM usage_changes WHERE tenant_id = ${TENANT} AND day BETWEEN ($1::timestamptz AT TIME ZONE 'UTC')::date AND ($2::timestamptz AT TIME ZONE 'UTC')::date
    UNION
    SELECT day FROM usage_tenant_days WHERE tenant_id = ${TENANT} AND NOT quartered
      AND day BETWEEN ($1::timestamptz AT TIME ZONE 'UTC')::date AND ($2::timestamptz AT TIME ZONE 'UTC')::date
  )
  SELECT quarter AS at, ${QUANTITIES.join(', ')} FROM usage_tenant_quarters
  WHERE tenant_id = ${TENANT} AND quarter >= $1 AND quarter < $2
    AND (quarter AT TIME ZONE 'UTC')::date NOT IN (SELECT day FROM open)
  UNION ALL
  SELECT quarter AS at, ${QUANTITIES.join(', ')} FROM (${QUARTERS_OF('open')}) AS live
  WHERE quarter >= $1 AND quarter < $2`;

// What a day has more than its span of level 0 said is added to all spans that the day is part of.
const SUMMARISE_SPANS = `
  WITH changed AS (SELECT DISTINCT * FROM unnest($1::date[], $2::text[]) AS given (day, slug)),
  more AS (
    SELECT changed.day, changed.slug, u.views - coalesce(s.views, 0) AS views, u.downloads - coalesce(s.downloads, 0) AS downloads
    FROM changed CROSS JOIN LATERAL (
      SELECT sum(views)::int AS views, sum(downloads)::int AS downloads FROM usage_days u
      WHERE u.tenant_id = ${TENANT} AND u.slug = changed.slug AND u.day = changed.day
    ) AS u LEFT JOIN usage_spans s ON s.tenant_id = ${TENANT} AND s.level = 0 AND s.span = changed.day AND s.slug = changed.slug
  )
  INSERT INTO usage_spans AS kept (tenant_id, level, span, slug, views, downloads)
  SELECT ${TENANT}, level, date '${EPOCH}' + (((day - date '${EPOCH}') >> level) << level) AS span, slug,
    sum(views)::int, sum(downloads)::int
  FROM more, generate_series(0, ${TOP_LEVEL}) AS level WHERE views <> 0 OR downloads <> 0
  GROUP BY 2, 3, 4 ORDER BY 2, 3, 4
  ON CONFLICT (tenant_id, level, span, slug) DO UPDATE
  SET views = kept.views + excluded.views, downloads = kept.downloads + excluded.downloads`;

/** Lets nobody else summarise the tenant until the transaction ends. To be called before the days are read. */
export async function lockSummaries(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('usage summaries'), hashtext(${TENANT}::text))`);
}

/** Sums up days anew of which something changed; before it is forgotten that they have changed. */
export async function summarise(
  tx: Tx,
  changed: readonly { readonly day: string; readonly slug: string }[],
): Promise<void> {
  const days = changed.map(({ day }) => day);
  await tx.query(SUMMARISE_DAYS, [[...new Set(days)]]);
  await tx.query(SUMMARISE_SPANS, [days, changed.map(({ slug }) => slug)]);
}

/** Notes the days that have no summary as changed, such as after the summaries were emptied or where they are newer than the days. */
export const NOTE_UNSUMMARISED = `
  INSERT INTO usage_changes (tenant_id, day, kinds, slugs, versions)
  SELECT tenant_id, day, array_agg(kind), array_agg(slug), array_agg(version) FROM usage_days d
  WHERE NOT EXISTS (SELECT FROM usage_tenant_days t WHERE (t.tenant_id, t.day) = (d.tenant_id, d.day))
  GROUP BY tenant_id, day`;

/** The dirty days from day $1 on. */
const DIRTY = `SELECT DISTINCT day FROM usage_changes WHERE tenant_id = ${TENANT} AND day >= $1::date`;

/** The sums of the tenant's days from $1 to $2, `day`, `skills` and each quantity; days without use are left out. */
export const TENANT_DAYS = `
  WITH dirty AS MATERIALIZED (${DIRTY})
  SELECT day, skills, ${QUANTITIES.join(', ')} FROM usage_tenant_days
  WHERE tenant_id = ${TENANT} AND day BETWEEN $1::date AND $2::date AND day NOT IN (SELECT day FROM dirty)
  UNION ALL
  SELECT day, skills, ${QUANTITIES.join(', ')} FROM (${LIVE_DAYS('ARRAY(SELECT day FROM dirty)')}) AS live
  WHERE day <= $2::date`;

/** The most used slugs since day $1; $2 and $3 are its spans, $4 how many. */
export const TOP_SLUGS = `
  WITH dirty AS MATERIALIZED (${DIRTY}),
  parts AS (
    SELECT slug, views, downloads FROM unnest($2::int[], $3::date[]) AS wanted (level, span)
      JOIN usage_spans s USING (level, span) WHERE s.tenant_id = ${TENANT}
    UNION ALL
    SELECT slug, -views, -downloads FROM usage_spans
    WHERE tenant_id = ${TENANT} AND level = 0 AND span = ANY(ARRAY(SELECT day FROM dirty))
    UNION ALL
    SELECT slug, views, downloads FROM usage_days
    WHERE tenant_id = ${TENANT} AND day = ANY(ARRAY(SELECT day FROM dirty))
  )
  SELECT slug, sum(downloads)::float8 AS downloads, sum(views)::float8 AS views, sum(downloads + views)::float8 AS total
  FROM parts GROUP BY slug HAVING sum(downloads + views) > 0 ORDER BY total DESC, slug LIMIT $4`;

/** The most used slugs since day $1 of what conditions let through; $2 is how many, the conditions' parameters begin at $3. */
export const topSlugsOf = (where: string, narrowly: boolean): string => `
  SELECT slug, sum(downloads)::float8 AS downloads, sum(views)::float8 AS views, sum(downloads + views)::float8 AS total
  FROM ${narrowly ? 'usage_dimensions' : 'usage_days'}
  WHERE tenant_id = ${TENANT} AND ${narrowly ? `quarter >= ${begins('$1::date')}` : 'day >= $1::date'}${where}
  GROUP BY slug HAVING sum(downloads + views) > 0 ORDER BY total DESC, slug LIMIT $2`;

const dayNumber = (day: string): number => Math.round((Date.parse(day) - Date.parse(EPOCH)) / DAY_MS);
const dayOf = (number: number): string =>
  new Date(Date.parse(EPOCH) + number * DAY_MS).toISOString().slice(0, 10);

/** The fewest spans that hold the days from the first to the last and perhaps later ones, none of them earlier. */
export function spansOf(first: string, last: string): { levels: number[]; starts: string[] } {
  const [levels, starts]: [number[], string[]] = [[], []];
  for (let at = dayNumber(first); at <= dayNumber(last); at += 2 ** (levels.at(-1) ?? 0)) {
    let level = 0;
    while (level < TOP_LEVEL && at % 2 ** (level + 1) === 0) level += 1;
    levels.push(level);
    starts.push(dayOf(at));
  }
  return { levels, starts };
}

/** The first and the last of so many UTC days, the last being that of `now`. */
export const lastDays = (now: Date, days: number): [first: string, last: string] => {
  const last = dayNumber(now.toISOString().slice(0, 10));
  return [dayOf(last - days + 1), dayOf(last)];
};
