import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A fact may stand for several uses of the same: the gateway counts what it serves within a moment. */
export class Times1795000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE usage_facts ADD COLUMN times integer NOT NULL DEFAULT 1');
  }

  async down(): Promise<void> {
    throw new Error('what was recorded cannot be unmade; restore a backup instead');
  }
}
