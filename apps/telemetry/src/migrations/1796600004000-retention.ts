import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, roleNames, tenantTable, type Owner } from '@loam/database';
import { jobTables } from '@loam/jobs';

const tables = [
  `CREATE TABLE usage_archives (
    tenant_id uuid NOT NULL,
    key text NOT NULL,
    facts integer NOT NULL,
    sha256 text NOT NULL,
    first_at timestamptz(3) NOT NULL,
    last_at timestamptz(3) NOT NULL,
    archived_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
  )`,
  // Those that are there count from today.
  'ALTER TABLE usage_ids ADD COLUMN claimed_on date NOT NULL DEFAULT current_date',
  'CREATE INDEX usage_ids_claimed ON usage_ids USING brin (claimed_on) WITH (pages_per_range = 32, autosummarize = on)',
];

/**
 * A month is detached, so that nobody can add to it, and dropped once it is archived. Both take moments; a lock that is
 * not had within two seconds is left for the next time, since all who record would queue behind it.
 */
const functions = (owner: Owner): string[] => {
  const { system } = roleNames(owner);
  const define = (name: string, body: string): string[] => [
    `CREATE FUNCTION ${name}(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
     SET search_path = ${owner.service}, pg_temp SET lock_timeout = '2s' SET timezone = 'UTC' AS $$
     DECLARE partition text := to_char(month, '"usage_facts_"YYYY_MM');
     BEGIN
       IF month + interval '1 month' > now() - interval '30 days' THEN
         RAISE EXCEPTION '% is too young', partition;
       END IF;
       ${body}
     END $$`,
    `REVOKE ALL ON FUNCTION ${name}(date) FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${name}(date) TO ${system}`,
  ];
  return [
    ...define(
      'detach_usage_month',
      `EXECUTE format('ALTER TABLE usage_facts DETACH PARTITION %I', partition);
       EXECUTE format('GRANT SELECT ON %I TO ${system}', partition);
       EXECUTE format('CREATE POLICY system_select ON %I FOR SELECT TO ${system} USING (true)', partition);`,
    ),
    ...define(
      'drop_usage_month',
      `IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(partition)) THEN
         RAISE EXCEPTION '% is not detached', partition;
       END IF;
       EXECUTE format('DROP TABLE %I', partition);`,
    ),
  ];
};

/** What is older than a tenant wants to keep it goes to the object store. */
export class Retention1796600004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...tables,
      ...jobTables(owner),
      ...tenantTable(owner, 'usage_archives', ['SELECT']),
      ...grantSystem(owner, 'usage_archives', ['SELECT', 'INSERT']),
      `GRANT DELETE ON usage_facts TO ${roleNames(owner).system}`,
      `CREATE POLICY system_delete ON usage_facts FOR DELETE TO ${roleNames(owner).system} USING (true)`,
      ...functions(owner),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was archived stays so; restore a backup instead');
  }
}
