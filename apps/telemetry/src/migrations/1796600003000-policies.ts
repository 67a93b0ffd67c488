import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** What tenants have decided about the records of their use. */
export class Policies1796600003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE usage_policies (
        tenant_id uuid PRIMARY KEY,
        tracking boolean NOT NULL,
        people boolean NOT NULL,
        least_people integer NOT NULL,
        retention_days integer NOT NULL
      )`,
      ...tenantTable(owner, 'usage_policies', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'usage_policies', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was decided cannot be unmade; restore a backup instead');
  }
}
