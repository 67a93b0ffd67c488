import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownerOf, tenantTable } from '@loam/database';

/** Reports that nobody vouches for. */
export class Hive1795000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE hive_reports (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        skill_name text NOT NULL,
        outcome text NOT NULL,
        tags text[] NOT NULL,
        summary text NOT NULL,
        received_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id)
      )`,
      'CREATE INDEX hive_reports_of_skill ON hive_reports (tenant_id, skill_name)',
      ...tenantTable(owner, 'hive_reports', ['SELECT', 'INSERT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was reported cannot be unmade; restore a backup instead');
  }
}
