import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/**
 * The days from which a tenant is heard of as a table of their own, and no index that has a tenant's rows or an item's kind
 * before anything that tells items apart: a server without statistics takes such a one for as good as the primary key, and
 * reads the whole tenant for each item.
 */
export class HeardDays1797800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      'CREATE TABLE heard_days (tenant_id uuid NOT NULL, day date NOT NULL, PRIMARY KEY (tenant_id, day))',
      // Even the owner is bound by the policies.
      'ALTER TABLE usage_days NO FORCE ROW LEVEL SECURITY',
      'INSERT INTO heard_days SELECT DISTINCT tenant_id, day FROM usage_days',
      'ALTER TABLE usage_days FORCE ROW LEVEL SECURITY',
      ...tenantTable(owner, 'heard_days', ['SELECT', 'INSERT']),
      ...grantSystem(owner, 'heard_days', ['SELECT']),
      'DROP INDEX usage_days_by_day',
      'DROP INDEX vitals_by_content',
      `CREATE INDEX vitals_by_content ON vitals (tenant_id, kind, fingerprint) WHERE live AND fingerprint IS NOT NULL`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
