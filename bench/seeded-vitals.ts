import { startLoam } from './loam';

/** Each table by the rank of an item: how often it was used, and how long ago last. The tail was used once or never. */
const statements = (items: number): string[] => [
  `INSERT INTO decay.vitals (tenant_id, kind, slug, live, latest_version, description, created_at, first_published_at,
     use_count, last_used_at, revision, state)
   SELECT t.tenant_id, 'skill', 'item-' || lpad(i::text, 7, '0'), true, '1.0.0', 'Item ' || i, now() - interval '500 days',
     now() - interval '500 days', ${items} / i,
     CASE WHEN ${items} / i = 0 THEN '-infinity' ELSE now() - interval '400 days' * i / ${items} END, 0, 'live'
   FROM gateway.tenants t, generate_series(1, ${items}) i`,
  'CREATE SCHEMA bench',
  'CREATE TABLE bench.uses (tenant_id uuid NOT NULL, slug text NOT NULL, at timestamptz NOT NULL)',
  `INSERT INTO bench.uses SELECT v.tenant_id, v.slug,
     CASE WHEN n = 1 THEN v.last_used_at ELSE v.last_used_at - (now() - v.created_at) * random() * 0.2 END
   FROM decay.vitals v, generate_series(1, v.use_count) n`,
  'CREATE INDEX ON bench.uses (tenant_id, slug, at)',
  'VACUUM ANALYZE bench.uses',
  'VACUUM ANALYZE decay.vitals',
];

/** A stopped Loam with so many items in decay, and beside its tables the uses that they come of. */
export async function seedVitals(home: string, items: number): Promise<void> {
  const loam = await startLoam(home, { profile: false });
  try {
    for (const sql of statements(items)) await loam.admin.query(sql);
  } finally {
    await loam.stop();
  }
}
