import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantLogIndex } from '@loam/event-store';

/** What was told to one tenant since a place. */
export class News1796600002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tenantLogIndex);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX events_of_tenant');
  }
}
