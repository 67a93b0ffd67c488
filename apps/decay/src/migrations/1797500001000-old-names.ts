import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** What items are called now, and under which name their use was told. */
export class OldNames1797500001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      // Empty: under its own name.
      "ALTER TABLE usage_days ADD COLUMN told_as text NOT NULL DEFAULT ''",
      `ALTER TABLE usage_days DROP CONSTRAINT usage_days_pkey,
         ADD PRIMARY KEY (tenant_id, kind, slug, day, version, told_as)`,
      `CREATE TABLE old_names (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        now_called text NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug)
      )`,
      ...tenantTable(owner, 'old_names', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'old_names', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
