import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantLogIndex } from '@loam/event-store';

/** What an owner was told, and a tenant's part of the log for looking back. */
export class Notices1796400001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vitals ADD COLUMN archive_after timestamptz(3)');
    await runner.query(tenantLogIndex);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
