import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, roleNames, tenantTable, type Owner } from '@loam/database';

/** What was counted so far; the others join them. */
const counted = ['usage_quarters', 'usage_days'];
const QUANTITIES = [
  'installs',
  'activations',
  'invocations',
  'successes',
  'partials',
  'failures',
  'corrections',
];
const ADDED = [
  ...QUANTITIES.map((quantity) => `ADD COLUMN ${quantity} integer NOT NULL DEFAULT 0`),
  'ADD COLUMN cost_micros float8 NOT NULL DEFAULT 0',
].join(', ');

const tables = [
  `ALTER TABLE usage_facts
    ADD COLUMN recorded bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN received_at timestamptz(3),
    ADD COLUMN skewed boolean NOT NULL DEFAULT false,
    ADD COLUMN source text NOT NULL DEFAULT 'api',
    ADD COLUMN project text NOT NULL DEFAULT '',
    ADD COLUMN session text NOT NULL DEFAULT '',
    ADD COLUMN person text NOT NULL DEFAULT '',
    ADD COLUMN trigger text NOT NULL DEFAULT '',
    ADD COLUMN keys text NOT NULL DEFAULT '',
    ADD COLUMN invocation uuid,
    ADD COLUMN actor text NOT NULL DEFAULT '',
    ADD COLUMN outcome text,
    ADD COLUMN judge text,
    ADD COLUMN rating integer,
    ADD COLUMN duration_ms integer,
    ADD COLUMN follow_ups integer,
    ADD COLUMN cost_micros float8`,
  ...counted.map((table) => `ALTER TABLE ${table} ${ADDED}`),
  `ALTER TABLE usage_unpublished DROP COLUMN total, ADD COLUMN changes integer NOT NULL DEFAULT 0`,
  `CREATE TABLE usage_dimensions (
    tenant_id uuid NOT NULL,
    quarter timestamptz(3) NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    version text NOT NULL,
    project text NOT NULL,
    trigger text NOT NULL,
    ${['views', 'downloads', ...QUANTITIES].map((quantity) => `${quantity} integer NOT NULL`).join(', ')},
    cost_micros float8 NOT NULL,
    PRIMARY KEY (tenant_id, quarter, kind, slug, version, project, trigger)
  )`,
  `CREATE TABLE usage_uniques (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    dimension text NOT NULL,
    pseudonym text NOT NULL,
    PRIMARY KEY (tenant_id, day, kind, slug, dimension, pseudonym)
  )`,
  `CREATE TABLE activations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz(3) NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    version text NOT NULL,
    project text NOT NULL,
    session text NOT NULL,
    person text NOT NULL,
    trigger text NOT NULL,
    sources text NOT NULL,
    PRIMARY KEY (tenant_id, id)
  )`,
  'CREATE INDEX activations_of_item ON activations (tenant_id, kind, slug, at)',
  `CREATE TABLE activation_groups (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    signals jsonb NOT NULL,
    PRIMARY KEY (tenant_id, id)
  )`,
  `CREATE TABLE activation_keys (
    tenant_id uuid NOT NULL,
    key text NOT NULL,
    group_id uuid,
    PRIMARY KEY (tenant_id, key)
  )`,
  `CREATE TABLE invocations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    state jsonb,
    at timestamptz(3),
    kind text,
    slug text,
    version text,
    session text,
    outcome text,
    duration_ms integer,
    PRIMARY KEY (tenant_id, id)
  )`,
  'CREATE INDEX invocations_of_item ON invocations (tenant_id, kind, slug, at)',
];

const permissions = (owner: Owner): string[] => [
  ...['usage_dimensions', 'usage_uniques'].flatMap((table) => [
    ...tenantTable(owner, table, ['SELECT']),
    ...grantSystem(owner, table, ['SELECT', 'INSERT', 'UPDATE']),
  ]),
  ...['activations', 'activation_groups', 'activation_keys', 'invocations'].flatMap((table) => [
    ...tenantTable(owner, table, ['SELECT']),
    ...grantSystem(owner, table, ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
  ]),
  // A signal that is refused after its id was claimed leaves nothing behind.
  `GRANT DELETE ON usage_ids TO ${roleNames(owner).system}`,
  `CREATE POLICY system_delete ON usage_ids FOR DELETE TO ${roleNames(owner).system} USING (true)`,
];

/** Beside views and downloads: activations, invocations and how they went. */
export class Signals1795000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...permissions(await ownerOf(runner))]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was recorded cannot be unmade; restore a backup instead');
  }
}
