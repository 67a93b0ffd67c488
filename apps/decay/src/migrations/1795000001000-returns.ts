import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What left the catalog may come back, and the news of it may come in any order. */
export class Returns1795000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE versions ADD COLUMN retired_as_of integer NOT NULL DEFAULT -1');
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
