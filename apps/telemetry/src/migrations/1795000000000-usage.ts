import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, roleNames, tenantTable, type Owner } from '@loam/database';
import { eventLogTables } from '@loam/event-store';
import { inboxTables } from '@loam/messaging';

/** Derived from the log. */
const logTables = [
  `CREATE TABLE known_skills (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    PRIMARY KEY (tenant_id, kind, slug)
  )`,
  `CREATE TABLE usage_streams (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    revision integer NOT NULL,
    PRIMARY KEY (tenant_id, kind, slug)
  )`,
];

/**
 * The facts are the log of what was used. Which ids are known is kept apart from them, in a narrow table, because the
 * key of a partitioned one would have to hold the time, which a second report of the same use may state differently.
 */
const usageTables = [
  `CREATE TABLE usage_ids (
    tenant_id uuid NOT NULL,
    event_id uuid NOT NULL,
    body_hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
  )`,
  `CREATE TABLE usage_facts (
    tenant_id uuid NOT NULL,
    event_id uuid NOT NULL,
    at timestamptz(3) NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    version text NOT NULL,
    event text NOT NULL
  ) PARTITION BY RANGE (at)`,
  `CREATE TABLE usage_quarters (
    tenant_id uuid NOT NULL,
    quarter timestamptz(3) NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    version text NOT NULL,
    views integer NOT NULL,
    downloads integer NOT NULL,
    PRIMARY KEY (tenant_id, quarter, kind, slug, version)
  )`,
  `CREATE TABLE usage_days (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    version text NOT NULL,
    views integer NOT NULL,
    downloads integer NOT NULL,
    last_used_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, day, kind, slug, version)
  )`,
  `CREATE TABLE usage_totals (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    uses bigint NOT NULL,
    last_used_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, kind, slug)
  )`,
  `CREATE TABLE usage_unpublished (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    version text NOT NULL,
    total integer NOT NULL,
    PRIMARY KEY (tenant_id, day, kind, slug, version)
  )`,
];

/**
 * The partitions of this and the next two months. Nobody is granted anything on a partition: its rows are reached
 * through the table, whose policies hold. What a month's partition would hold may lie in the default one already, if
 * that month came before its partition; there it stays, complete but dropped later.
 * A lock that is not had within two seconds is left for the next time, since all who record would queue behind it.
 */
const partitions = (owner: Owner): string[] => [
  `CREATE TABLE usage_facts_other PARTITION OF usage_facts DEFAULT`,
  `ALTER TABLE usage_facts_other ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
  `CREATE FUNCTION ensure_usage_partitions() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
   SET search_path = ${owner.service}, pg_temp SET lock_timeout = '2s' SET timezone = 'UTC' AS $$
   DECLARE
     month timestamptz;
     partition text;
   BEGIN
     PERFORM pg_advisory_xact_lock(hashtext('usage partitions'));
     FOR ahead IN 0..2 LOOP
       month := date_trunc('month', now()) + make_interval(months => ahead);
       partition := to_char(month, '"usage_facts_"YYYY_MM');
       CONTINUE WHEN to_regclass(partition) IS NOT NULL;
       BEGIN
         EXECUTE format('CREATE TABLE %I PARTITION OF usage_facts FOR VALUES FROM (%L) TO (%L)',
           partition, month, month + interval '1 month');
         EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
       EXCEPTION WHEN check_violation THEN
         RAISE WARNING 'some facts of % are in the default partition', partition;
       END;
     END LOOP;
   END $$`,
  'REVOKE ALL ON FUNCTION ensure_usage_partitions() FROM PUBLIC',
  `GRANT EXECUTE ON FUNCTION ensure_usage_partitions() TO ${roleNames(owner).system}`,
  'SELECT ensure_usage_partitions()',
];

/** Batches mix tenants: the system role writes what a batch writes and the app role reads it. */
const permissions = (owner: Owner): string[] => [
  ...['known_skills', 'usage_streams'].flatMap((table) => [
    ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE']),
    ...grantSystem(owner, table, ['SELECT']),
  ]),
  ...['usage_ids', 'usage_facts'].flatMap((table) => [
    ...tenantTable(owner, table, ['SELECT']),
    ...grantSystem(owner, table, ['SELECT', 'INSERT']),
  ]),
  ...['usage_quarters', 'usage_days', 'usage_totals'].flatMap((table) => [
    ...tenantTable(owner, table, ['SELECT']),
    ...grantSystem(owner, table, ['SELECT', 'INSERT', 'UPDATE']),
  ]),
  // A row is locked before it is deleted, which takes the right to update it.
  ...tenantTable(owner, 'usage_unpublished', ['SELECT', 'UPDATE', 'DELETE']),
  ...grantSystem(owner, 'usage_unpublished', ['SELECT', 'INSERT', 'UPDATE']),
];

export class Usage1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...eventLogTables(owner),
      ...inboxTables(owner),
      ...logTables,
      ...usageTables,
      ...permissions(owner),
      ...partitions(owner),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was recorded cannot be unmade; restore a backup instead');
  }
}
