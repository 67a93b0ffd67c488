import type { Client } from 'pg';
import { Database } from '@loam/database';
import { QUANTITIES } from '../apps/telemetry/src/counters';
import { COUNTING_ITEMS } from '../apps/telemetry/src/rollups';
import { EPOCH, summarise, summariseQuarters, TOP_LEVEL } from '../apps/telemetry/src/summaries';
import { startLoam, type Loam } from './loam';

const MONTHS = 24;
/** How many different items are used. */
export const USED_SKILLS = 10_000;

const partition = (month: string): string => `telemetry.usage_facts_${month.slice(0, 7).replace('-', '_')}`;

// Zipf's law: the skill of rank r is used 1/r as often as the first. Times ascend, as they do where use is told of.
const FACTS = `
  INSERT INTO usage_facts (tenant_id, event_id, at, received_at, kind, slug, version, event, source)
  SELECT $1, uuidv7(at - now()), at, at, 'skill', 'item-' || lpad((floor(power(${USED_SKILLS}, random())) - 1)::text, 7, '0'),
    '1.0.0', CASE WHEN random() < 0.5 THEN 'view' ELSE 'download' END, 'api'
  FROM generate_series(1, $4::int) AS n, LATERAL (
    SELECT $2::timestamptz + ((n - random()) / $4::int) * (least($3::timestamptz, now()) - $2::timestamptz) AS at
  ) AS moment`;

const countOf = (quantity: string): string => {
  const type = { views: 'view', downloads: 'download' }[quantity];
  return type === undefined ? `0 AS ${quantity}` : `(event = '${type}')::int AS ${quantity}`;
};

/** The sums of a month's facts, by the rules by which the service sums up what it records. */
const SUMS = `
  WITH given AS (
    SELECT tenant_id, at, kind, slug, version, ${QUANTITIES.map(countOf).join(', ')}
    FROM usage_facts WHERE tenant_id = $1 AND at >= $2 AND at < $3
  ), ${COUNTING_ITEMS}
  SELECT count(*) FROM days`;

/** As {@link summarise} adds up for single slugs, for all that there are. */
const SPANS = `
  INSERT INTO usage_spans (tenant_id, level, span, slug, views, downloads)
  SELECT tenant_id, $1::int, date '${EPOCH}' + (((day - date '${EPOCH}') >> $1::int) << $1::int), slug,
    sum(views)::int, sum(downloads)::int
  FROM usage_days GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;

async function fillMonth(admin: Client, tenant: string, [from, to]: readonly string[], events: number) {
  const month = from ?? '';
  await admin.query(
    `CREATE TABLE IF NOT EXISTS ${partition(month)} PARTITION OF telemetry.usage_facts FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
  await admin.query(FACTS, [tenant, from, to, events]);
  await admin.query(SUMS, [tenant, from, to]);
}

/** The months up to this one, the oldest first, each with the beginning of the next. */
function monthsUntil(now: Date): string[][] {
  const first = (back: number): string =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 10);
  return Array.from({ length: MONTHS }, (_, index) => [first(MONTHS - 1 - index), first(MONTHS - 2 - index)]);
}

/** The sums of days, spans and quarters that follow what is recorded. */
async function fillSummaries({ admin, adminUrl: url }: Loam, tenant: string): Promise<void> {
  for (let level = 0; level <= TOP_LEVEL; level += 1) await admin.query(SPANS, [level]);
  const { rows } = await admin.query<{ day: string }>(
    `SELECT DISTINCT to_char(day, 'YYYY-MM-DD') AS day FROM usage_days`,
  );
  const options = { schema: 'telemetry', applicationName: 'bench', poolSize: 1 };
  const database = await Database.open({ ...options, url, systemUrl: url });
  // No slug has that name: its spans are empty.
  await database.tenant(tenant, (tx) =>
    summarise(
      tx,
      rows.map(({ day }) => ({ day, slug: '' })),
    ),
  );
  while (await database.tenant(tenant, summariseQuarters)) continue;
  await database.close();
}

/** A stopped Loam with so many uses over two years, with the sums and summaries that it would have made of them. */
export async function seedUse(home: string, events: number): Promise<void> {
  const loam = await startLoam(home, { profile: false });
  const { admin, stack } = loam;
  try {
    await stack.services.telemetry.stop();
    const { rows } = await admin.query<{ id: string }>('SELECT tenant_id AS id FROM gateway.tenants');
    const tenant = rows[0]?.id ?? '';
    await admin.query(`ALTER SYSTEM SET max_wal_size = '8GB'`);
    await admin.query('SELECT pg_reload_conf()');
    await admin.query(`SET search_path = telemetry; SET timezone = UTC; SET work_mem = '512MB'`);
    await admin.query('SELECT setseed(0.5)');
    for (const month of monthsUntil(new Date()))
      await fillMonth(admin, tenant, month, Math.ceil(events / MONTHS));
    await fillSummaries(loam, tenant);
    // For what the sums are compared with; they themselves do not need it.
    await admin.query('CREATE INDEX ON usage_facts (tenant_id, slug, at)');
    await admin.query('VACUUM ANALYZE');
    await admin.query('ALTER SYSTEM RESET max_wal_size');
  } finally {
    await loam.stop();
  }
}
