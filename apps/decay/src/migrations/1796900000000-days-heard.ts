import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when a tenant is heard of without a gap, day by day; and what was published after all else had been archived. */
export class DaysHeard1796900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE versions ADD COLUMN published_as_of integer NOT NULL DEFAULT -1');
    await runner.query('CREATE INDEX usage_days_by_day ON usage_days (tenant_id, day)');
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
