import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';
import { eventLogTables } from '@loam/event-store';
import { jobTables } from '@loam/jobs';
import { inboxTables } from '@loam/messaging';

export class Drafts1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...eventLogTables(owner),
      ...inboxTables(owner),
      ...jobTables(owner),
      `CREATE TABLE drafts (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        slug text NOT NULL,
        description text NOT NULL,
        when_to_use text,
        tags text[] NOT NULL,
        origin text NOT NULL,
        notes text,
        status text NOT NULL,
        sha256 text NOT NULL,
        published_version text,
        created_at timestamptz(3) NOT NULL,
        reviewed_at timestamptz(3),
        PRIMARY KEY (tenant_id, id)
      )`,
      'CREATE INDEX drafts_by_status ON drafts (tenant_id, status, created_at DESC)',
      ...tenantTable(owner, 'drafts', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'drafts', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
