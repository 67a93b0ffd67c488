import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable, type Owner } from '@loam/database';
import { jobTables } from '@loam/jobs';

/** Only what was derived before is changed; the log says all of it. Even the owner is bound by the policies. */
const backfill = [
  'ALTER TABLE events NO FORCE ROW LEVEL SECURITY',
  'ALTER TABLE usage_days NO FORCE ROW LEVEL SECURITY',
  'ALTER TABLE versions NO FORCE ROW LEVEL SECURITY',
  'ALTER TABLE vitals NO FORCE ROW LEVEL SECURITY',
  `UPDATE usage_days d SET uses = d.views + d.downloads
     + coalesce((e.data ->> 'activations')::int, 0) + coalesce((e.data ->> 'invocations')::int, 0),
     successes = coalesce((e.data ->> 'successes')::int, 0),
     failures = coalesce((e.data ->> 'partials')::int, 0) + coalesce((e.data ->> 'failures')::int, 0),
     cost_micros = round(coalesce((e.data ->> 'cost')::numeric, 0) * 1000000)
   FROM events e WHERE e.tenant_id = d.tenant_id AND e.type = 'decay.usage-observed'
     AND e.data ->> 'kind' = d.kind AND e.data ->> 'slug' = d.slug AND coalesce(e.data ->> 'version', '') = d.version
     AND (e.data ->> 'day')::date = d.day AND (e.data ->> 'sequence')::int = d.sequence`,
  `UPDATE vitals v SET use_count = d.uses, weight = d.weight, first_used_day = d.first, last_used_day = d.last,
     score_key = CASE WHEN d.weight > 0 THEN ln(d.weight::float8) ELSE '-Infinity' END
   FROM (SELECT tenant_id, kind, slug, sum(uses) AS uses, min(day) FILTER (WHERE uses > 0) AS first,
     max(day) FILTER (WHERE uses > 0) AS last,
     sum(uses * power(2::float8, (day - DATE '2020-01-01') / 30.0::float8)::numeric) AS weight
     FROM usage_days GROUP BY 1, 2, 3) d
   WHERE (d.tenant_id, d.kind, d.slug) = (v.tenant_id, v.kind, v.slug)`,
  `UPDATE vitals v SET state = CASE WHEN live THEN 'live' ELSE 'archived' END,
     first_published_at = (SELECT min(published_at) FROM versions n
       WHERE (n.tenant_id, n.kind, n.slug) = (v.tenant_id, v.kind, v.slug))`,
  'ALTER TABLE events FORCE ROW LEVEL SECURITY',
  'ALTER TABLE usage_days FORCE ROW LEVEL SECURITY',
  'ALTER TABLE versions FORCE ROW LEVEL SECURITY',
  'ALTER TABLE vitals FORCE ROW LEVEL SECURITY',
];

const columns = [
  `ALTER TABLE versions
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ADD COLUMN requires text[] NOT NULL DEFAULT '{}',
    ADD COLUMN fingerprint text,
    ADD COLUMN owner text,
    ADD COLUMN returned_at timestamptz(3),
    ADD COLUMN evaluated_at timestamptz(3)`,
  'CREATE INDEX versions_by_requirement ON versions USING gin (requires)',
  `ALTER TABLE usage_days
    ADD COLUMN uses integer NOT NULL DEFAULT 0,
    ADD COLUMN successes integer NOT NULL DEFAULT 0,
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN cost_micros bigint NOT NULL DEFAULT 0`,
  // By day before version: a window is then one range of an item, however many versions were used in it.
  'ALTER TABLE usage_days DROP CONSTRAINT usage_days_pkey, ADD PRIMARY KEY (tenant_id, kind, slug, day, version)',
  `ALTER TABLE vitals
    ADD COLUMN weight numeric NOT NULL DEFAULT 0,
    ADD COLUMN score_key double precision NOT NULL DEFAULT '-Infinity',
    ADD COLUMN first_used_day date,
    ADD COLUMN last_used_day date,
    ADD COLUMN first_published_at timestamptz(3),
    ADD COLUMN returned_at timestamptz(3),
    ADD COLUMN evaluated_at timestamptz(3),
    ADD COLUMN fingerprint text,
    ADD COLUMN owner text,
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ADD COLUMN state text NOT NULL DEFAULT 'archived',
    ADD COLUMN state_since timestamptz(3),
    ADD COLUMN rules text[] NOT NULL DEFAULT '{}',
    ADD COLUMN archive_requested boolean NOT NULL DEFAULT false,
    ADD COLUMN pinned boolean NOT NULL DEFAULT false,
    ADD COLUMN snoozed_until timestamptz(3)`,
  'CREATE INDEX vitals_by_score ON vitals (tenant_id, score_key, kind, slug)',
  'CREATE INDEX vitals_by_content ON vitals (tenant_id, kind, fingerprint) WHERE live',
  `CREATE INDEX vitals_decided ON vitals (tenant_id, score_key, kind, slug) WHERE state IN ('candidate', 'notified')`,
];

const tables = (owner: Owner): string[] => [
  `CREATE TABLE project_marks (
    tenant_id uuid NOT NULL,
    project text NOT NULL,
    as_of integer NOT NULL,
    revision integer NOT NULL,
    PRIMARY KEY (tenant_id, project)
  )`,
  `CREATE TABLE project_items (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    project text NOT NULL,
    PRIMARY KEY (tenant_id, kind, slug, project)
  )`,
  'CREATE INDEX project_items_by_project ON project_items (tenant_id, project)',
  `CREATE TABLE policies (
    tenant_id uuid NOT NULL,
    version integer NOT NULL,
    policy jsonb NOT NULL,
    set_at timestamptz(3) NOT NULL,
    set_by text NOT NULL,
    PRIMARY KEY (tenant_id, version)
  )`,
  `CREATE TABLE transitions (
    tenant_id uuid NOT NULL,
    event_id uuid NOT NULL,
    at timestamptz(3) NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    what text NOT NULL,
    rules text[] NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
  )`,
  'CREATE INDEX transitions_by_time ON transitions (tenant_id, at)',
  `CREATE TABLE sweeps (
    tenant_id uuid NOT NULL,
    id text NOT NULL,
    at timestamptz(3) NOT NULL,
    outcome text NOT NULL,
    policy_version integer NOT NULL,
    examined integer NOT NULL,
    flagged integer NOT NULL,
    cleared integer NOT NULL,
    notified integer NOT NULL,
    archived integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
  )`,
  'CREATE INDEX sweeps_by_time ON sweeps (tenant_id, at, id)',
  // Not derived from the log: how far a sweep is that is not over.
  `CREATE TABLE sweep_progress (
    tenant_id uuid NOT NULL,
    id text NOT NULL,
    at timestamptz(3) NOT NULL,
    policy_version integer NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    examined integer NOT NULL DEFAULT 0,
    flagged integer NOT NULL DEFAULT 0,
    cleared integer NOT NULL DEFAULT 0,
    notified integer NOT NULL DEFAULT 0,
    archived integer NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
  )`,
  ...['policies', 'transitions', 'sweeps'].flatMap((table) => [
    ...tenantTable(owner, table, ['SELECT', 'INSERT']),
    ...grantSystem(owner, table, ['SELECT']),
  ]),
  ...tenantTable(owner, 'project_marks', ['SELECT', 'INSERT', 'UPDATE']),
  ...grantSystem(owner, 'project_marks', ['SELECT']),
  ...tenantTable(owner, 'project_items', ['SELECT', 'INSERT', 'DELETE']),
  ...grantSystem(owner, 'project_items', ['SELECT']),
  ...tenantTable(owner, 'sweep_progress', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
];

export class Decay1796400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [...columns, ...backfill, ...tables(owner), ...jobTables(owner)];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
