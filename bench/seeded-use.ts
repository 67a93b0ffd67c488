import { mkdir } from 'node:fs/promises';
import type { Client } from 'pg';
import { Database } from '@loam/database';
import { QUANTITIES } from '../apps/telemetry/src/counters';
import { COUNTING_ITEMS } from '../apps/telemetry/src/rollups';
import { summarise } from '../apps/telemetry/src/summaries';
import { startLoam } from './loam';

const MONTHS = 24;
const SKILLS = 10_000;

const partition = (month: string): string => `telemetry.usage_facts_${month.slice(0, 7).replace('-', '_')}`;

// Zipf's law: the skill of rank r is used 1/r as often as the first.
const FACTS = `
  INSERT INTO telemetry.usage_facts (tenant_id, event_id, at, received_at, kind, slug, version, event, source)
  SELECT $1, gen_random_uuid(), at, at, 'skill', 'item-' || lpad((floor(power(${SKILLS}, random())) - 1)::text, 7, '0'),
    '1.0.0', CASE WHEN random() < 0.5 THEN 'view' ELSE 'download' END, 'api'
  FROM generate_series(1, $4::int), LATERAL (
    SELECT $2::timestamptz + random() * (least($3::timestamptz, now()) - $2::timestamptz) AS at
  ) AS moment WHERE at < now()`;

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

/** A stopped Loam with so many uses over two years, with the sums and summaries that it would have made of them. */
export async function seedUse(home: string, events: number): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o755 });
  const loam = await startLoam(home, { profile: false });
  const { admin, adminUrl, stack } = loam;
  try {
    await stack.services.telemetry.stop();
    const { rows } = await admin.query<{ id: string }>('SELECT tenant_id AS id FROM gateway.tenants');
    const tenant = rows[0]?.id ?? '';
    await admin.query('SET search_path = telemetry; SET timezone = UTC; SELECT setseed(0.5)');
    const months = monthsUntil(new Date());
    for (const month of months) await fillMonth(admin, tenant, month, Math.ceil(events / MONTHS));
    const options = { schema: 'telemetry', applicationName: 'bench', poolSize: 1 };
    const database = await Database.open({ ...options, url: adminUrl, systemUrl: adminUrl });
    for (const [from, to] of months) {
      const { rows: changed } = await admin.query<{ day: string; slug: string }>(
        `SELECT DISTINCT to_char(day, 'YYYY-MM-DD') AS day, slug FROM usage_days WHERE day >= $1 AND day < $2`,
        [from, to],
      );
      if (changed.length > 0) await database.tenant(tenant, (tx) => summarise(tx, changed));
    }
    await database.close();
    // For what the sums are compared with; they themselves do not need it.
    await admin.query('CREATE INDEX ON usage_facts (tenant_id, slug, at)');
    await admin.query('VACUUM ANALYZE');
  } finally {
    await loam.stop();
  }
}
