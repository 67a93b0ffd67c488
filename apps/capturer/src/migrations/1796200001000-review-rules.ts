import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** What a tenant asks of its reviewers, and whether a draft is approved while something else is done with it. */
export class ReviewRules1796200001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      'ALTER TABLE drafts ADD COLUMN approved boolean NOT NULL DEFAULT false',
      `CREATE TABLE review_rules (
        tenant_id uuid NOT NULL PRIMARY KEY,
        second_person boolean NOT NULL,
        changed_at timestamptz(3) NOT NULL,
        changed_by text NOT NULL
      )`,
      ...tenantTable(owner, 'review_rules', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'review_rules', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
