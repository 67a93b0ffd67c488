import type { EventOf } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import { sketchOf } from './distinct-projects';
import { ofDisuse } from './verdict.rules';
import { usesOf, type UsageObserved } from './vitals.stream';

/** Days until a use counts half. */
export const HALF_LIFE_DAYS = 30;
/** The day from which weights are counted. It never changes: every stored weight is relative to it. */
export const LANDMARK = '2020-01-01';

/**
 * The decayed score of an item at a time t is the sum of 2^(-(t - d) / h) over its uses, d being the UTC day of a use
 * and h the half-life: Cormode, Shkapenyuk, Srivastava, Xu, "Forward Decay: A Practical Time Decay Model for Streaming
 * Systems", ICDE 2009. Forward decay splits it: the numerator w(d) = 2^((d - L) / h), for a landmark L, never changes
 * once a use has happened, and the denominator 2^((t - L) / h) is the same for all items. So
 *
 *   weight = sum of w(d) over all uses            (kept; one use adds one number)
 *   score(t) = weight / 2^((t - L) / h)
 *   score(t) < s  ⇔  ln weight < ln s + (t - L) / h · ln 2
 *
 * and the order by `score_key` = ln weight is that of the scores at any time: who is below a line by now is a range of
 * its index. The weight is an exact decimal and therefore the same in whatever order uses are heard of; a double holds
 * it until the year 2104. This is w of a column or parameter of type date.
 */
export const weightOf = (day: string): string =>
  `power(2::float8, (${day} - DATE '${LANDMARK}') / ${String(HALF_LIFE_DAYS)}.0::float8)::numeric`;

/** What `score_key` an item has that scores this much at a time; see weightOf. */
export const scoreKey = (score: number, at: Date): number => Math.log(score) + exponent(at) * Math.LN2;

/** The score at a time that a `score_key` stands for. */
export const scoreAt = (key: number, at: Date): number => Math.exp(key - exponent(at) * Math.LN2);

const DAY_MS = 86_400_000;
const exponent = (at: Date): number => (at.getTime() - Date.parse(LANDMARK)) / DAY_MS / HALF_LIFE_DAYS;

// Totals of days come in: of each day the last one counts, and of it the difference to what was counted before. More of
// them end what speaks of disuse, also where an item stays a candidate for another reason.
const COUNT = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS g (kind text, slug text, version text, told_as text, day date, sequence int, views int,
      downloads int, uses int, successes int, failures int, cost_micros bigint, last timestamptz, revision int,
      projects bigint[])
  ), final AS (
    SELECT DISTINCT ON (kind, slug, day, version, told_as) * FROM given ORDER BY kind, slug, day, version, told_as, sequence DESC
  ), grown AS (
    SELECT f.kind, f.slug, f.day, f.uses, f.uses - coalesce(d.uses, 0) AS more
    FROM final f LEFT JOIN usage_days d ON (d.tenant_id, d.kind, d.slug, d.day, d.version, d.told_as)
      = ($1, f.kind, f.slug, f.day, f.version, f.told_as)
  ), days AS (
    INSERT INTO usage_days (tenant_id, kind, slug, version, told_as, day, sequence, views, downloads, uses, successes, failures,
      cost_micros)
    SELECT $1, kind, slug, version, told_as, day, sequence, views, downloads, uses, successes, failures, cost_micros FROM final
    ON CONFLICT (tenant_id, kind, slug, day, version, told_as) DO UPDATE SET sequence = excluded.sequence, views = excluded.views,
      downloads = excluded.downloads, uses = excluded.uses, successes = excluded.successes,
      failures = excluded.failures, cost_micros = excluded.cost_micros
  ), heard AS (
    INSERT INTO heard_days (tenant_id, day) SELECT DISTINCT $1::uuid, day FROM final ORDER BY 2 ON CONFLICT DO NOTHING
  ), items AS (
    SELECT kind, slug, sum(more) AS more, sum(more * ${weightOf('day')}) AS weight,
      min(day) FILTER (WHERE uses > 0) AS first, max(day) FILTER (WHERE uses > 0) AS last
    FROM grown GROUP BY kind, slug
  ), latest AS (
    SELECT kind, slug, coalesce(max(last) FILTER (WHERE uses > 0), '-infinity') AS at, max(revision) AS revision
    FROM given GROUP BY kind, slug
  ), projects AS (
    SELECT kind, slug, array_agg(project) AS named FROM given, unnest(projects) AS project GROUP BY kind, slug
  )
  INSERT INTO vitals AS v (tenant_id, kind, slug, use_count, weight, score_key, first_used_day, last_used_day, last_used_at,
    revision, used_in)
  SELECT $1, kind, slug, more, weight, CASE WHEN weight > 0 THEN ln(weight::float8) ELSE '-Infinity' END, first, i.last, at,
    revision, ${sketchOf("'{}'::bigint[]", 'named')}
  FROM items i JOIN latest USING (kind, slug) LEFT JOIN projects USING (kind, slug) ORDER BY kind, slug
  ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET use_count = v.use_count + excluded.use_count,
    weight = v.weight + excluded.weight,
    score_key = CASE WHEN v.weight + excluded.weight > 0 THEN ln((v.weight + excluded.weight)::float8) ELSE '-Infinity' END,
    first_used_day = least(v.first_used_day, excluded.first_used_day),
    last_used_day = greatest(v.last_used_day, excluded.last_used_day),
    last_used_at = greatest(v.last_used_at, excluded.last_used_at),
    rules = CASE WHEN excluded.use_count > 0 THEN ARRAY(SELECT rule FROM unnest(v.rules) AS rule WHERE rule <> ALL ($3)) ELSE v.rules END,
    used_in = ${sketchOf('v.used_in', 'excluded.used_in')},
    revision = excluded.revision`;

/** Adds uses of a tenant to the days of versions and to the vitals of items, in one statement for all of them. */
export async function countUses(
  tx: Tx,
  tenant: string,
  events: readonly EventOf<typeof UsageObserved>[],
): Promise<void> {
  const given = events.map(({ revision, data }) => ({
    ...{
      kind: data.kind,
      slug: data.slug,
      version: data.version ?? '',
      told_as: data.toldAs ?? '',
      day: data.day,
      sequence: data.sequence,
    },
    ...{ views: data.views, downloads: data.downloads, uses: usesOf(data), successes: data.successes ?? 0 },
    ...{ failures: (data.partials ?? 0) + (data.failures ?? 0), last: data.lastUsedAt, revision },
    projects: data.projects ?? [],
    cost_micros: Math.round((data.cost ?? 0) * 1_000_000),
  }));
  await tx.query(COUNT, [tenant, JSON.stringify(given), ofDisuse]);
}
