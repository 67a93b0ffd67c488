import { kindSchema, type Item, type Kind } from '@loam/contracts/skill';
import type { DecayState } from '@loam/contracts/decay';
import type { DecayInputs, DecayRule } from '@loam/contracts/decay-policy';
import type { Tx } from '@loam/database';
import { scoreAt } from './count-uses';
import { silentMs, type Silence } from './silences.rules';
import type { Looked } from './verdict.rules';

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
  /** Uses of fewer days ago than each of `SPANS`. */
  readonly sums: number[];
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

const WINDOWS = [7, 14, 30, 90, 180] as const;
/** A season looks as far back as half a year and a year. */
const HALF_YEAR = 182;
const YEAR = 365;
const SPANS = [
  ...[0, HALF_YEAR, YEAR].flatMap((before) => [before, ...WINDOWS.map((days) => before + days)]),
  364,
];
const PLACE = new Map(SPANS.map((days, place) => [days, place]));
/** Days that any window looks at. */
const FARTHEST = YEAR + 180;

// A batch at a time, and of each item a few ranges of indexes: what compares arrays or patterns finds no index behind
// row-level security. The age of a day is computed once, since sums of many windows look at it; it is no range of days, or
// a server without statistics would take the index of the days and read the whole tenant's for each item. What is looked up by
// its key is asked only then whether it is live, or the index of all that are would seem as good (OFFSET 0).
const look = (which: string): string => `
  WITH batch AS MATERIALIZED (
    SELECT * FROM vitals v WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.live AND ${which}
  )
  SELECT v.kind, v.slug, v.state, v.state_since, v.rules, v.archive_requested, v.archive_after, v.owner, v.revision,
    v.latest_version AS version, v.tags, greatest(v.first_published_at, v.returned_at) AS born, v.use_count AS uses,
    NULLIF(v.last_used_at, '-infinity') AS last_used_at, to_char(v.first_used_day, 'YYYY-MM-DD') AS first_used_day,
    to_char(v.last_used_day, 'YYYY-MM-DD') AS last_used_day, v.score_key, d.*,
    CASE WHEN v.kind = 'skill' THEN (
      SELECT count(*)::int FROM requirements n, LATERAL (
        SELECT r.live, r.latest_version FROM vitals r WHERE (r.tenant_id, r.kind, r.slug) = (n.tenant_id, n.kind, n.slug) OFFSET 0) r
      WHERE r.live AND r.latest_version = n.version AND n.tenant_id = v.tenant_id AND n.requires = v.slug AND (n.kind, n.slug) <> (v.kind, v.slug)
    ) ELSE 0 END AS dependants,
    (SELECT count(*)::int FROM project_items p WHERE (p.tenant_id, p.kind, p.slug) = (v.tenant_id, v.kind, v.slug)) AS projects,
    v.pinned, v.snoozed_until,
    (SELECT o.slug FROM vitals o
     WHERE o.tenant_id = v.tenant_id AND o.kind = v.kind AND o.fingerprint = v.fingerprint AND o.live AND o.slug <> v.slug
       AND (o.score_key, v.first_published_at, v.slug) > (v.score_key, o.first_published_at, o.slug)
     ORDER BY o.score_key DESC, o.slug LIMIT 1) AS duplicate_of,
    (SELECT min(named.slug) FROM unnest(v.tags) AS tag, LATERAL (
       SELECT o.slug FROM vitals o WHERE o.tenant_id = v.tenant_id AND o.kind = v.kind
         AND o.slug = substr(tag, length('superseded-by:') + 1) AND o.live AND o.slug <> v.slug OFFSET 0) AS named
     WHERE tag LIKE 'superseded-by:%') AS superseded_by,
    v.evaluated_at
  FROM batch v, LATERAL (
    SELECT ARRAY[${SPANS.map((days) => `coalesce(sum(uses) FILTER (WHERE age < ${String(days)}), 0)`).join(', ')}]::int[] AS sums,
      coalesce(sum(successes) FILTER (WHERE age < 90 AND is_evidence), 0)::int AS successes,
      coalesce(sum(failures) FILTER (WHERE age < 90 AND is_evidence), 0)::int AS failures,
      coalesce(sum(cost_micros) FILTER (WHERE age < 90), 0)::float8 / 1000000 AS cost
    FROM (
      SELECT $1::date - u.day AS age, u.uses, u.successes, u.failures, u.cost_micros,
        v.outcomes_since IS NULL OR u.day > v.outcomes_since AS is_evidence
      FROM usage_days u WHERE u.tenant_id = v.tenant_id AND u.kind = v.kind AND u.slug = v.slug
        AND $1::date - u.day BETWEEN 0 AND ${String(FARTHEST - 1)} OFFSET 0
    ) u
  ) d ORDER BY v.kind, v.slug`;

const AFTER = look('(v.kind, v.slug) > ($2, $3) ORDER BY v.kind, v.slug LIMIT $4');
const ONE = look('v.kind = $2 AND v.slug = $3');

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
const DAY_MS = 86_400_000;

/** Uses that are at least `from` and less than `to` days ago. */
const between = ({ sums }: Row, from: number, to: number): number =>
  (sums[PLACE.get(to) ?? -1] ?? 0) - (sums[PLACE.get(from) ?? -1] ?? 0);

const windowsOf = (row: Row, before: number): DecayInputs['windows'] => {
  const of = (days: (typeof WINDOWS)[number]): number => between(row, before, before + days);
  return { d7: of(7), d14: of(14), d30: of(30), d90: of(90), d180: of(180) };
};

/** UTC days of silence in the disuse of an item: since its last use, or all its life. */
export const silentDays = (looked: Pick<Looked, 'born' | 'inputs'>, silences: readonly Silence[]): number => {
  const { lastUsedAt, at } = looked.inputs;
  const since = lastUsedAt === null ? looked.born : new Date(lastUsedAt);
  return Math.ceil(silentMs(silences, since, new Date(at)) / DAY_MS);
};

const lookedAt = (now: Date, silences: readonly Silence[]): ((row: Row) => Looked) => {
  const at = now.toISOString();
  const heardSince = iso(silences[0]?.to ?? null);
  return (row) => {
    const inputs = {
      at,
      version: row.version,
      tags: row.tags,
      ageDays: Math.floor((now.getTime() - row.born.getTime()) / DAY_MS),
      uses: Number(row.uses),
      lastUsedAt: iso(row.last_used_at),
      heardSince,
      silentDays: 0,
      firstUsedDay: row.first_used_day,
      lastUsedDay: row.last_used_day,
      score: scoreAt(row.score_key, now),
      windows: windowsOf(row, 0),
      halfYearBefore: windowsOf(row, HALF_YEAR),
      yearBefore: windowsOf(row, YEAR),
      sinceHalfYear: between(row, 30, HALF_YEAR),
      sinceYear: between(row, 30, YEAR),
      theHalfYearBefore: between(row, HALF_YEAR, 364),
      successes: row.successes,
      failures: row.failures,
      cost: row.cost,
      dependants: row.dependants,
      projects: row.projects,
      pinned: row.pinned,
      snoozedUntil: iso(row.snoozed_until),
      duplicateOf: row.duplicate_of,
      supersededBy: row.superseded_by,
      evaluatedAt: iso(row.evaluated_at),
    };
    return {
      kind: row.kind,
      slug: row.slug,
      state: row.state,
      since: row.state_since,
      rules: row.rules,
      archiveRequested: row.archive_requested,
      archiveAfter: row.archive_after,
      owner: row.owner,
      revision: row.revision,
      born: row.born,
      inputs: { ...inputs, silentDays: silentDays({ born: row.born, inputs }, silences) },
    };
  };
};

/** The place before the first item. */
export const FIRST: Item = { kind: kindSchema.enum.agent, slug: '' };

/** The live items after a place, by kind and slug, with all that is known of them at a time. */
export async function lookAfter(
  tx: Tx,
  now: Date,
  silences: readonly Silence[],
  { after, limit }: { readonly after: Item; readonly limit: number },
): Promise<Looked[]> {
  const rows = await tx.query<Row[]>(AFTER, [now, after.kind, after.slug, limit]);
  return rows.map(lookedAt(now, silences));
}

export async function lookAt(
  tx: Tx,
  now: Date,
  silences: readonly Silence[],
  { kind, slug }: Item,
): Promise<Looked | undefined> {
  const rows = await tx.query<Row[]>(ONE, [now, kind, slug]);
  return rows.map(lookedAt(now, silences))[0];
}
