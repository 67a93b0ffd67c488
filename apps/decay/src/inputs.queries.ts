import { kindSchema, type Item, type Kind } from '@loam/contracts/skill';
import type { DecayState } from '@loam/contracts/decay';
import type { DecayInputs, DecayRule } from '@loam/contracts/decay-policy';
import type { Tx } from '@loam/database';
import { scoreAt } from './count-uses';
import type { Looked } from './verdict.rules';

type Windows = DecayInputs['windows'];

interface Row {
  readonly kind: Kind;
  readonly slug: string;
  readonly state: DecayState;
  readonly state_since: Date | null;
  readonly rules: DecayRule[];
  readonly archive_requested: boolean;
  readonly archive_after: Date | null;
  readonly owner: string | null;
  readonly revision: number;
  readonly version: string;
  readonly tags: string[];
  readonly born: Date;
  readonly uses: string;
  readonly last_used_at: Date | null;
  readonly first_used_day: string | null;
  readonly last_used_day: string | null;
  readonly score_key: number;
  readonly windows: Windows;
  readonly half_year_before: Windows;
  readonly year_before: Windows;
  readonly since_half_year: number;
  readonly since_year: number;
  readonly the_half_year_before: number;
  readonly successes: number;
  readonly failures: number;
  readonly cost: number;
  readonly dependants: number;
  readonly projects: number;
  readonly pinned: boolean;
  readonly snoozed_until: Date | null;
  readonly duplicate_of: string | null;
  readonly superseded_by: string | null;
  readonly evaluated_at: Date | null;
}

/** The sum of a column over the days that are more than `least` and at most `most` days ago. `$1` is the day. */
const sum = (column: string, most: number, least = 0): string =>
  `coalesce(sum(u.${column}) FILTER (WHERE u.day > $1::date - ${String(most)} AND u.day <= $1::date - ${String(least)}), 0)::int`;

const windows = (before: number): string =>
  `jsonb_build_object(${[7, 14, 30, 90, 180]
    .map((days) => `'d${String(days)}', ${sum('uses', before + days, before)}`)
    .join(', ')})`;

/** Days that any window looks at; a sweep reads no others. */
const FARTHEST = 365 + 180;

const LOOK = `
  SELECT v.kind, v.slug, v.state, v.state_since, v.rules, v.archive_requested, v.archive_after, v.owner, v.revision,
    v.latest_version AS version, v.tags, greatest(v.first_published_at, v.returned_at) AS born, v.use_count AS uses,
    NULLIF(v.last_used_at, '-infinity') AS last_used_at, to_char(v.first_used_day, 'YYYY-MM-DD') AS first_used_day,
    to_char(v.last_used_day, 'YYYY-MM-DD') AS last_used_day, v.score_key, d.*,
    CASE WHEN v.kind = 'skill' THEN (
      SELECT count(*)::int FROM versions n JOIN vitals r ON (r.tenant_id, r.kind, r.slug) = (n.tenant_id, n.kind, n.slug)
        AND r.live AND r.latest_version = n.version
      WHERE n.tenant_id = v.tenant_id AND n.requires @> ARRAY[v.slug] AND (n.kind, n.slug) <> (v.kind, v.slug)
    ) ELSE 0 END AS dependants,
    (SELECT count(*)::int FROM project_items p WHERE (p.tenant_id, p.kind, p.slug) = (v.tenant_id, v.kind, v.slug)) AS projects,
    v.pinned, v.snoozed_until,
    (SELECT o.slug FROM vitals o
     WHERE o.tenant_id = v.tenant_id AND o.kind = v.kind AND o.fingerprint = v.fingerprint AND o.live AND o.slug <> v.slug
       AND (o.score_key, v.first_published_at, v.slug) > (v.score_key, o.first_published_at, o.slug)
     ORDER BY o.score_key DESC, o.slug LIMIT 1) AS duplicate_of,
    (SELECT o.slug FROM unnest(v.tags) AS tag JOIN vitals o ON o.slug = substr(tag, length('superseded-by:') + 1)
     WHERE tag LIKE 'superseded-by:%' AND o.tenant_id = v.tenant_id AND o.kind = v.kind AND o.live AND o.slug <> v.slug
     ORDER BY o.slug LIMIT 1) AS superseded_by,
    v.evaluated_at
  FROM vitals v, LATERAL (
    SELECT ${windows(0)} AS windows, ${windows(182)} AS half_year_before, ${windows(365)} AS year_before,
      ${sum('uses', 182, 30)} AS since_half_year, ${sum('uses', 365, 30)} AS since_year,
      ${sum('uses', 364, 182)} AS the_half_year_before, ${sum('successes', 90)} AS successes,
      ${sum('failures', 90)} AS failures,
      coalesce(sum(u.cost_micros) FILTER (WHERE u.day > $1::date - 90 AND u.day <= $1::date), 0)::float8 / 1000000 AS cost
    FROM usage_days u WHERE u.tenant_id = v.tenant_id AND u.kind = v.kind AND u.slug = v.slug
      AND u.day > $1::date - ${String(FARTHEST)}
  ) d
  WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.live`;

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
const DAY_MS = 86_400_000;

const lookedAt =
  (now: Date, heardSince: string | null) =>
  (row: Row): Looked => ({
    ...{ kind: row.kind, slug: row.slug, state: row.state, since: row.state_since, rules: row.rules },
    ...{
      archiveRequested: row.archive_requested,
      archiveAfter: row.archive_after,
      owner: row.owner,
      revision: row.revision,
    },
    inputs: {
      ...{ at: now.toISOString(), version: row.version, tags: row.tags, uses: Number(row.uses) },
      ageDays: Math.floor((now.getTime() - row.born.getTime()) / DAY_MS),
      ...{ lastUsedAt: iso(row.last_used_at), heardSince, score: scoreAt(row.score_key, now) },
      ...{ firstUsedDay: row.first_used_day, lastUsedDay: row.last_used_day },
      ...{ windows: row.windows, halfYearBefore: row.half_year_before, yearBefore: row.year_before },
      ...{ sinceHalfYear: row.since_half_year, sinceYear: row.since_year },
      ...{ theHalfYearBefore: row.the_half_year_before, successes: row.successes, failures: row.failures },
      ...{ cost: row.cost, dependants: row.dependants, projects: row.projects, pinned: row.pinned },
      ...{ snoozedUntil: iso(row.snoozed_until), duplicateOf: row.duplicate_of },
      ...{ supersededBy: row.superseded_by, evaluatedAt: iso(row.evaluated_at) },
    },
  });

/** The place before the first item. */
export const FIRST: Item = { kind: kindSchema.enum.agent, slug: '' };

/** The live items after a place, by kind and slug, with all that is known of them at a time. */
export async function lookAfter(
  tx: Tx,
  now: Date,
  heardSince: string | null,
  after: Item,
  limit: number,
): Promise<Looked[]> {
  const rows = await tx.query<Row[]>(
    `${LOOK} AND (v.kind, v.slug) > ($2, $3) ORDER BY v.kind, v.slug LIMIT $4`,
    [now, after.kind, after.slug, limit],
  );
  return rows.map(lookedAt(now, heardSince));
}

export async function lookAt(
  tx: Tx,
  now: Date,
  heardSince: string | null,
  { kind, slug }: Item,
): Promise<Looked | undefined> {
  const rows = await tx.query<Row[]>(`${LOOK} AND v.kind = $2 AND v.slug = $3`, [now, kind, slug]);
  return rows.map(lookedAt(now, heardSince))[0];
}
