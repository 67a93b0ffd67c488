import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What registry says of a version is looked up with the draft that it was. */
export class DraftsByVersion1797400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX drafts_by_version ON drafts (tenant_id, published_slug, published_version)
       WHERE published_slug IS NOT NULL`,
    );
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
