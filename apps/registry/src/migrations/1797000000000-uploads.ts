import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds a publication by the digest of the archive that was uploaded, which the catalog does not keep. */
export class Uploads1797000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX events_by_upload ON events (tenant_id, (data->>'uploadSha256'))
       WHERE type = 'registry.skill-published'`,
    );
  }

  async down(): Promise<void> {
    throw new Error('there is no way back; restore a backup instead');
  }
}
