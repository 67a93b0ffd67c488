import { QUANTITIES } from '../counters';
import type { AdmittedSignal, Fact } from '../facts';
import { COUNTING, COUNTING_ITEMS, NOTING } from '../rollups';
import { names, unnest, type Column } from '../unnest';

/**
 * Views, downloads and installs count by themselves, whatever else is known, so that one statement claims their ids,
 * keeps them and counts them. It is the way of nearly all that is reported, and the cheapest there is.
 */

/** Uses of one batch that differ in nothing but their ids, types and the time within a quarter of an hour. */
interface Place {
  readonly number: number;
  readonly fact: Fact;
}

interface PlacedUse {
  readonly place: number;
  readonly bodyHash: string;
  readonly fact: Fact;
}

const useColumns: readonly Column<PlacedUse>[] = [
  ['place', 'int', ({ place }) => place],
  ['event_id', 'uuid', ({ fact }) => fact.id],
  ['body_hash', 'text', ({ bodyHash }) => bodyHash],
  ['at', 'timestamptz', ({ fact }) => fact.at],
  ['event', 'text', ({ fact }) => fact.type],
  ['times', 'int', ({ fact }) => fact.times],
];

const placeColumns: readonly Column<Place>[] = [
  ['place', 'int', ({ number }) => number],
  ['tenant_id', 'uuid', ({ fact }) => fact.tenant],
  ['received_at', 'timestamptz', ({ fact }) => fact.received],
  ['skewed', 'boolean', ({ fact }) => fact.skewed],
  ['source', 'text', ({ fact }) => fact.source],
  ['kind', 'text', ({ fact }) => fact.kind],
  ['slug', 'text', ({ fact }) => fact.slug],
  ['version', 'text', ({ fact }) => fact.version],
  ['project', 'text', ({ fact }) => fact.project],
  ['session', 'text', ({ fact }) => fact.session],
  ['person', 'text', ({ fact }) => fact.person],
  ['trigger', 'text', ({ fact }) => fact.trigger],
  ['actor', 'text', ({ fact }) => fact.actor],
];

const OF_USE = 'event_id, at, event, times';
const OF_PLACE = names(placeColumns.slice(1));
const COUNTED: Readonly<Record<string, string>> = {
  views: 'view',
  downloads: 'download',
  installs: 'install',
};
const countOf = (quantity: string): string => {
  const type = COUNTED[quantity];
  return type === undefined
    ? `0 AS ${quantity}`
    : `coalesce(sum(times) FILTER (WHERE event = '${type}'), 0)::int AS ${quantity}`;
};

/**
 * Counted by place before anything is added, so that what is told of often costs no more than what is told of once. The
 * repeated ones come back with what they were recorded with; null where that was committed after the statement began,
 * and has to be looked up.
 */
const recording = (counting: string): string => `
  WITH asked (${names(useColumns)}) AS MATERIALIZED (SELECT * FROM ${unnest(useColumns)}),
  places (${names(placeColumns)}) AS MATERIALIZED (SELECT * FROM ${unnest(placeColumns, useColumns.length + 1)}),
  claimed AS (
    INSERT INTO usage_ids (tenant_id, event_id, body_hash)
    SELECT tenant_id, event_id, decode(body_hash, 'hex') FROM asked JOIN places USING (place)
    ORDER BY tenant_id, event_id ON CONFLICT DO NOTHING RETURNING tenant_id, event_id
  ),
  fresh AS MATERIALIZED (
    SELECT place, ${OF_USE}, ${OF_PLACE}
    FROM asked JOIN places USING (place) JOIN claimed USING (tenant_id, event_id)
  ),
  kept AS (INSERT INTO usage_facts (${OF_USE}, ${OF_PLACE}) SELECT ${OF_USE}, ${OF_PLACE} FROM fresh),
  sums AS (SELECT place, max(at) AS at, ${QUANTITIES.map(countOf).join(', ')} FROM fresh GROUP BY place),
  given AS MATERIALIZED (SELECT * FROM sums JOIN places USING (place)),
  ${counting},
  noted AS (${NOTING})
  SELECT tenant_id || '/' || event_id AS key, (
    SELECT encode(known.body_hash, 'hex') FROM usage_ids known
    WHERE (known.tenant_id, known.event_id) = (places.tenant_id, asked.event_id)
  ) AS body_hash
  FROM asked JOIN places USING (place) LEFT JOIN claimed USING (tenant_id, event_id)
  WHERE claimed.event_id IS NULL`;

const OF_ITEMS = { name: 'record-uses-of-items', text: recording(COUNTING_ITEMS) } as const;
const OF_SOMEBODY = { name: 'record-uses-of-somebody', text: recording(COUNTING) } as const;

/** Whether it counts for more than its item. */
const tellsMore = ({ project, session, person, trigger }: Fact): boolean =>
  project !== '' || session !== '' || person !== '' || trigger !== '';

/** The statement that records the uses. */
export const recordingOf = (uses: readonly AdmittedSignal[]) =>
  uses.some(({ fact }) => tellsMore(fact)) ? OF_SOMEBODY : OF_ITEMS;

const quarterOf = (at: string): string =>
  `${at.slice(0, 13)}${String(Math.floor(Number(at.slice(14, 16)) / 15))}`;

const placeOf = (fact: Fact): string =>
  [
    ...[fact.tenant, quarterOf(fact.at), fact.kind, fact.slug, fact.version, fact.project, fact.session],
    ...[fact.person, fact.trigger, fact.source, fact.actor, fact.skewed],
  ].join(' ');

const NEEDS_ESCAPE = /["\\]/;

/** An array as Postgres reads it; most texts need no more than quotes. */
const literal = (values: readonly unknown[]): string =>
  `{"${values
    .map((value) => {
      const text = String(value);
      return NEEDS_ESCAPE.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
    })
    .join('","')}"}`;

/** The parameters of {@link recordingOf}. */
export function plainUses(uses: readonly AdmittedSignal[]): string[] {
  if (uses.length === 0) return [];
  const places = new Map<string, Place>();
  const placed = uses.map(({ bodyHash, fact }): PlacedUse => {
    const key = placeOf(fact);
    const known = places.get(key);
    const place = known ?? { number: places.size, fact };
    if (known === undefined) places.set(key, place);
    return { place: place.number, bodyHash, fact };
  });
  const all = [...places.values()];
  return [
    ...useColumns.map(([, , value]) => literal(placed.map(value))),
    ...placeColumns.map(([, , value]) => literal(all.map(value))),
  ];
}

/**
 * The statement joins what was asked with what was claimed: by hash, whatever the planner takes their number to be. One
 * plan serves batches of every size.
 */
export const LANE_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_nestloop: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
} as const;
