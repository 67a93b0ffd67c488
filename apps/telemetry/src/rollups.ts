import type { Tx } from '@loam/database';
import { QUANTITIES, type Contribution } from './counters';
import { arrays, names, unnest, type Column } from './unnest';

const columns: readonly Column<Contribution>[] = [
  ['tenant_id', 'uuid', ({ tenant }) => tenant],
  ['at', 'timestamptz', ({ at }) => at],
  ['kind', 'text', ({ kind }) => kind],
  ['slug', 'text', ({ slug }) => slug],
  ['version', 'text', ({ version }) => version],
  ['project', 'text', ({ project }) => project],
  ['trigger', 'text', ({ trigger }) => trigger],
  ['session', 'text', ({ session }) => session],
  ['person', 'text', ({ person }) => person],
  ...QUANTITIES.map((quantity): Column<Contribution> => [
    quantity,
    quantity === 'cost_micros' ? 'float8' : 'int',
    ({ quantities }) => quantities[quantity] ?? 0,
  ]),
];

// Sums of int4 are int8, which adds up fast; sums of int8 would run in `numeric`.
const SUMS = QUANTITIES.map((quantity) =>
  quantity === 'cost_micros' ? `sum(${quantity})` : `sum(${quantity})::int`,
).join(', ');
const ADDED = QUANTITIES.map((quantity) => `${quantity} = kept.${quantity} + excluded.${quantity}`).join(
  ', ',
);
const LIST = QUANTITIES.join(', ');
/** Of a contribution that is taken back nothing was used; one that was there for a moment was. */
const LAST =
  "coalesce(max(at) FILTER (WHERE views + downloads + installs + activations + invocations > 0), '-infinity')";
const USES = 'views + downloads + activations + invocations';

/** Rows in the order of their keys, so that batches that meet wait for one another and never each for the other. */
const grouped = (table: string, key: string, taken: string, where = ''): string => {
  const numbers = key
    .split(', ')
    .map((_, index) => index + 1)
    .join(', ');
  return `INSERT INTO ${table} AS kept (${key}, ${LIST})
    SELECT ${taken}, ${SUMS} FROM given ${where} GROUP BY ${numbers} ORDER BY ${numbers}
    ON CONFLICT (${key}) DO UPDATE SET ${ADDED}`;
};

const QUARTER = "date_bin('15 minutes', at, '2000-01-01Z')";
const DAY = "(at AT TIME ZONE 'UTC')::date";

/** The parts of a statement that add what is `given` to the rollups of items. */
export const COUNTING_ITEMS = `
  quarters AS (${grouped('usage_quarters', 'tenant_id, quarter, kind, slug, version', `tenant_id, ${QUARTER}, kind, slug, version`)}),
  days AS (
    INSERT INTO usage_days AS kept (tenant_id, day, kind, slug, version, last_used_at, ${LIST})
    SELECT tenant_id, ${DAY}, kind, slug, version, ${LAST}, ${SUMS} FROM given GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (tenant_id, day, kind, slug, version) DO UPDATE
    SET ${ADDED}, last_used_at = greatest(kept.last_used_at, excluded.last_used_at)
    RETURNING tenant_id, day, kind, slug, version
  ),
  totals AS (
    INSERT INTO usage_totals AS kept (tenant_id, kind, slug, uses, last_used_at)
    SELECT tenant_id, kind, slug, sum(${USES}), ${LAST} FROM given GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (tenant_id, kind, slug) DO UPDATE
    SET uses = kept.uses + excluded.uses, last_used_at = greatest(kept.last_used_at, excluded.last_used_at)
  )`;

/** The parts of a statement that add what is `given` to every rollup. */
export const COUNTING = `
  ${COUNTING_ITEMS},
  dimensions AS (${grouped(
    'usage_dimensions',
    'tenant_id, quarter, kind, slug, version, project, trigger',
    `tenant_id, ${QUARTER}, kind, slug, version, project, trigger`,
    "WHERE project <> '' OR trigger <> ''",
  )}),
  uniques AS (
    INSERT INTO usage_uniques (tenant_id, day, kind, slug, dimension, pseudonym)
    SELECT DISTINCT tenant_id, ${DAY}, kind, slug, dimension, pseudonym
    FROM given, LATERAL (VALUES ('project', project), ('session', session), ('person', person)) AS d (dimension, pseudonym)
    WHERE pseudonym <> '' ORDER BY 1, 2, 3, 4, 5, 6 ON CONFLICT DO NOTHING
  )`;

/** One statement, so that all transactions come to the tables in the same order. */
const COUNT = `WITH given (${names(columns)}) AS (SELECT * FROM ${unnest(columns)}), ${COUNTING}`;

/** Notes what of {@link COUNTING} has to be published: a row per tenant and day, however many items have changed. */
export const NOTING = `
  INSERT INTO usage_changes (tenant_id, day, kinds, slugs, versions)
  SELECT tenant_id, day, array_agg(kind), array_agg(slug), array_agg(version) FROM days GROUP BY tenant_id, day`;

/** The tables that are derived from what was told, and what counts in them. */
export const rollupTables = [
  ...['usage_quarters', 'usage_days', 'usage_totals', 'usage_dimensions', 'usage_uniques'],
];

/** Counts contributions in every rollup, and notes what has to be published. */
export async function count(tx: Tx, contributions: readonly Contribution[]): Promise<void> {
  if (contributions.length > 0) await tx.query(`${COUNT} ${NOTING}`, arrays(columns, contributions));
}

/** Counts contributions in every rollup, when they are made again from what was told. */
export async function recount(tx: Tx, contributions: readonly Contribution[]): Promise<void> {
  if (contributions.length > 0)
    await tx.query(`${COUNT} SELECT count(*) FROM days`, arrays(columns, contributions));
}
