import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

const statements = [
  `CREATE TABLE usage_changes (
    tenant_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    day date NOT NULL,
    kinds text[] NOT NULL,
    slugs text[] NOT NULL,
    versions text[] NOT NULL,
    PRIMARY KEY (tenant_id, day, id)
  )`,
  // Its owner, too, is bound by its policies.
  'ALTER TABLE usage_unpublished NO FORCE ROW LEVEL SECURITY',
  `INSERT INTO usage_changes (tenant_id, day, kinds, slugs, versions)
   SELECT tenant_id, day, array_agg(kind), array_agg(slug), array_agg(version) FROM usage_unpublished
   GROUP BY tenant_id, day`,
  'DROP TABLE usage_unpublished',
  // Their rows change often: a new state that finds room beside the old one costs the indexes nothing.
  ...['usage_quarters', 'usage_days', 'usage_totals', 'usage_dimensions', 'usage_spans', 'usage_streams'].map(
    (table) => `ALTER TABLE ${table} SET (fillfactor = 70)`,
  ),
];

/** What has to be published is noted by a row per commit, tenant and day, where each changed item had one of its own. */
export class UsageChanges1797200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const permissions = [
      ...tenantTable(owner, 'usage_changes', ['SELECT', 'DELETE']),
      ...grantSystem(owner, 'usage_changes', ['SELECT', 'INSERT']),
    ];
    for (const statement of [...statements, ...permissions]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was noted cannot be told apart again; restore a backup instead');
  }
}
