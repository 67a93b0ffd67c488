import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/**
 * What requires what by rows, since an array is found by no index behind row-level security; and since when outcomes
 * count that speak of failing.
 */
export class Requirements1797500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE requirements (
        tenant_id uuid NOT NULL,
        requires text NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        PRIMARY KEY (tenant_id, requires, kind, slug, version)
      )`,
      // Even the owner is bound by the policies.
      'ALTER TABLE versions NO FORCE ROW LEVEL SECURITY',
      `INSERT INTO requirements (tenant_id, requires, kind, slug, version)
       SELECT DISTINCT tenant_id, unnest(requires), kind, slug, version FROM versions`,
      'ALTER TABLE versions FORCE ROW LEVEL SECURITY',
      'ALTER TABLE versions DROP COLUMN requires',
      ...tenantTable(owner, 'requirements', ['SELECT', 'INSERT']),
      ...grantSystem(owner, 'requirements', ['SELECT']),
      'ALTER TABLE vitals ADD COLUMN outcomes_since date',
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
