import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A sketch of the projects that used an item. */
export class UsedIn1798000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE vitals ADD COLUMN used_in bigint[] NOT NULL DEFAULT '{}'");
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
