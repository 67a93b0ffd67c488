import { z } from 'zod';
import type { Tx } from '@loam/database';
import type { Counters } from '@loam/contracts/telemetry';
import type { UsageFilter } from '@loam/contracts/usage';
import { countersOf, QUANTITIES } from '../counters';
import { TENANT_DAYS, TENANT_QUARTERS } from '../summaries';
import { conditionsOf } from '../usage-filter';

export interface Span {
  readonly from: Date;
  readonly to: Date;
}
export interface Grain {
  readonly tz: string;
  readonly bucket: string;
  readonly filter: UsageFilter;
}

const SUMS = QUANTITIES.map((q) => `sum(${q})::float8 AS ${q}`).join(', ');
const OURS = "tenant_id = current_setting('loam.tenant')::uuid";

const number = z.number();
const rowSchema = z.object({
  start: z.date(),
  ...{ views: number, downloads: number, installs: number, activations: number, invocations: number },
  ...{ successes: number, partials: number, failures: number, corrections: number, cost_micros: number },
});

const SPANS = `
  SELECT first AT TIME ZONE $2 AS "from", past AT TIME ZONE $2 AS "to", (first - (past - first)) AT TIME ZONE $2 AS previous
  FROM (
    SELECT date_trunc($4, (($1::timestamptz AT TIME ZONE $2)::date - ($3::int - 1))::timestamp) AS first,
      (($1::timestamptz AT TIME ZONE $2)::date + 1)::timestamp AS past
  ) AS days`;

const spansSchema = z.tuple([z.object({ from: z.date(), to: z.date(), previous: z.date() })]);

/** The buckets of the last days of a zone, from the beginning of the first, and as many days before. */
export async function spansOf(
  tx: Tx,
  now: Date,
  { days, tz, bucket }: { readonly days: number; readonly tz: string; readonly bucket: string },
): Promise<{ span: Span; before: Span }> {
  const [{ from, to, previous }] = spansSchema.parse(
    await tx.query(SPANS, [now.toISOString(), tz, days, bucket]),
  );
  return { span: { from, to }, before: { from: previous, to: from } };
}

// Quarters of an hour are in one bucket of any zone, and a whole hour is in each but an hour of its own.
const STARTS = `
  SELECT DISTINCT date_trunc($3, at, $4) AS start
  FROM generate_series($1::timestamptz, $2::timestamptz - interval '1 second', $5::interval) AS at ORDER BY 1`;

/** When the buckets of a span begin. */
export async function startsOf(tx: Tx, { from, to }: Span, { bucket, tz }: Grain): Promise<Date[]> {
  const step = bucket === 'hour' ? '15 minutes' : '1 hour';
  const rows = await tx.query<{ start: Date }[]>(STARTS, [from, to, bucket, tz, step]);
  return rows.map(({ start }) => start);
}

/** Whether the buckets are made of whole days of UTC, by which more is kept. */
const isOfUtcDays = ({ bucket, tz }: Grain): boolean => bucket !== 'hour' && ['UTC', 'Etc/UTC'].includes(tz);

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
const lastDayOf = ({ to }: Span): string => dayOf(new Date(to.getTime() - 1));

/** The rollup that says the least that is enough, as rows of `at` and quantities. */
function rollupOf(span: Span, grain: Grain): { sql: string; parameters: unknown[] } {
  const { filter } = grain;
  const where = conditionsOf(filter, 3);
  if (filter.project === undefined && filter.trigger === undefined && isOfUtcDays(grain)) {
    const days =
      where.sql === ''
        ? TENANT_DAYS
        : `SELECT day, ${SUMS} FROM usage_days
           WHERE ${OURS} AND day BETWEEN $1::date AND $2::date${where.sql} GROUP BY day`;
    return {
      sql: `SELECT day::timestamp AT TIME ZONE 'UTC' AS at, ${QUANTITIES.join(', ')} FROM (${days}) AS days`,
      parameters: [dayOf(span.from), lastDayOf(span), ...where.parameters],
    };
  }
  if (filter.project === undefined && filter.trigger === undefined && where.sql === '')
    return { sql: TENANT_QUARTERS, parameters: [span.from, span.to] };
  const table = filter.project === undefined && filter.trigger === undefined ? 'quarters' : 'dimensions';
  return {
    sql: `SELECT quarter AS at, ${SUMS} FROM usage_${table}
      WHERE ${OURS} AND quarter >= $1 AND quarter < $2${where.sql} GROUP BY quarter`,
    parameters: [span.from, span.to, ...where.parameters],
  };
}

/** What is counted in each bucket of a span, by when it begins; those without anything are left out. */
export async function countersIn(tx: Tx, span: Span, grain: Grain): Promise<Map<number, Counters>> {
  const { sql, parameters } = rollupOf(span, grain);
  const [bucket, tz] = [parameters.length + 1, parameters.length + 2];
  const rows = await tx.query<unknown[]>(
    `SELECT date_trunc($${String(bucket)}, at, $${String(tz)}) AS start, ${SUMS} FROM (${sql}) AS rollup GROUP BY 1`,
    [...parameters, grain.bucket, grain.tz],
  );
  return new Map(
    rowSchema
      .array()
      .parse(rows)
      .map((row) => [row.start.getTime(), countersOf(row)]),
  );
}

export interface Uniques {
  readonly skills: number;
  readonly projects: number;
  readonly sessions: number;
  /** Those that say who they are. */
  readonly persons: number;
}
const uniqueSchema = z.object({ start: z.date(), dimension: z.string(), uniques: z.int() });

/** How many different ones there are in each bucket; undefined where that is not known exactly. */
export async function uniquesIn(tx: Tx, span: Span, grain: Grain): Promise<Map<number, Uniques> | undefined> {
  const { slug, kind, ...others } = grain.filter;
  if (!isOfUtcDays(grain) || Object.values(others).some((value) => value !== undefined)) return undefined;
  const where = conditionsOf({ slug, kind }, 4);
  const truncated = "date_trunc($3, day::timestamp) AT TIME ZONE 'UTC'";
  const rows = await tx.query<unknown[]>(
    `SELECT ${truncated} AS start, 'skill' AS dimension, count(DISTINCT kind || '/' || slug)::int AS uniques
     FROM usage_days WHERE ${OURS} AND day BETWEEN $1::date AND $2::date${where.sql} GROUP BY 1
     UNION ALL
     SELECT ${truncated} AS start, dimension, count(DISTINCT pseudonym)::int FROM usage_uniques
     WHERE ${OURS} AND day BETWEEN $1::date AND $2::date AND dimension IN ('project', 'session', 'person')${where.sql} GROUP BY 1, 2`,
    [dayOf(span.from), lastDayOf(span), grain.bucket, ...where.parameters],
  );
  const found = new Map<number, Uniques>();
  for (const { start: at, dimension, uniques } of uniqueSchema.array().parse(rows)) {
    const known = found.get(at.getTime()) ?? { skills: 0, projects: 0, sessions: 0, persons: 0 };
    found.set(at.getTime(), { ...known, [`${dimension}s`]: uniques });
  }
  return found;
}
