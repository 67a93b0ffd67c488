import { QUANTITIES } from '../counters';
import type { AdmittedSignal } from '../facts';
import { COUNTING, UNPUBLISHED } from '../rollups';
import { names, unnest, type Column } from '../unnest';

/**
 * Views, downloads and installs count by themselves, whatever else is known, so that one statement claims their ids,
 * keeps them and counts them. It is the way of nearly all that is reported, and the cheapest there is.
 */

const columns: readonly Column<AdmittedSignal>[] = [
  ['tenant_id', 'uuid', ({ fact }) => fact.tenant],
  ['event_id', 'uuid', ({ fact }) => fact.id],
  ['body_hash', 'text', ({ bodyHash }) => bodyHash],
  ['at', 'timestamptz', ({ fact }) => fact.at],
  ['received_at', 'timestamptz', ({ fact }) => fact.received],
  ['skewed', 'boolean', ({ fact }) => fact.skewed],
  ['event', 'text', ({ fact }) => fact.type],
  ['source', 'text', ({ fact }) => fact.source],
  ['kind', 'text', ({ fact }) => fact.kind],
  ['slug', 'text', ({ fact }) => fact.slug],
  ['version', 'text', ({ fact }) => fact.version],
  ['project', 'text', ({ fact }) => fact.project],
  ['session', 'text', ({ fact }) => fact.session],
  ['person', 'text', ({ fact }) => fact.person],
  ['trigger', 'text', ({ fact }) => fact.trigger],
  ['actor', 'text', ({ fact }) => fact.actor],
  ['times', 'int', ({ fact }) => fact.times],
];

const FACT = names(columns.filter(([name]) => name !== 'body_hash'));

const COUNTED = { views: 'view', downloads: 'download', installs: 'install' } as const;
const countOf = (quantity: string): string => {
  const type = Object.entries(COUNTED).find(([name]) => name === quantity)?.[1];
  return type === undefined
    ? `0 AS ${quantity}`
    : `CASE event WHEN '${type}' THEN times ELSE 0 END AS ${quantity}`;
};

/** The repeated ones come back; what they were recorded with has to be looked up after the commit of the first. */
export const RECORD_PLAIN_USES = {
  name: 'record-plain-uses',
  text: `
  WITH asked (${names(columns)}) AS MATERIALIZED (SELECT * FROM ${unnest(columns)}),
  claimed AS (
    INSERT INTO usage_ids (tenant_id, event_id, body_hash)
    SELECT tenant_id, event_id, decode(body_hash, 'hex') FROM asked ORDER BY tenant_id, event_id
    ON CONFLICT DO NOTHING RETURNING tenant_id, event_id
  ),
  given AS MATERIALIZED (
    SELECT asked.*, ${QUANTITIES.map(countOf).join(', ')} FROM asked JOIN claimed USING (tenant_id, event_id)
  ),
  kept AS (INSERT INTO usage_facts (${FACT}) SELECT ${FACT} FROM given),
  ${COUNTING},
  unpublished AS (${UNPUBLISHED})
  SELECT tenant_id || '/' || event_id AS key FROM asked LEFT JOIN claimed USING (tenant_id, event_id)
  WHERE claimed.event_id IS NULL`,
} as const;

const NEEDS_ESCAPE = /["\\]/;

/** An array as Postgres reads it; most texts need no more than quotes. */
const literal = (values: readonly unknown[]): string =>
  `{"${values
    .map((value) => {
      const text = String(value);
      return NEEDS_ESCAPE.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
    })
    .join('","')}"}`;

/** The parameters of {@link RECORD_PLAIN_USES}. */
export const plainUses = (uses: readonly AdmittedSignal[]): string[] =>
  uses.length === 0 ? [] : columns.map(([, , value]) => literal(uses.map(value)));

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
