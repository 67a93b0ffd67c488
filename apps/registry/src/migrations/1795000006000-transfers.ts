import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownerOf, tenantTable } from '@loam/database';
import { tenantLogIndex } from '@loam/event-store';

/** Exports and imports of tenants: work with a progress, not derived from the log. */
export class Transfers1795000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      tenantLogIndex,
      `CREATE TABLE transfers (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        direction text NOT NULL,
        status text NOT NULL DEFAULT 'waiting',
        done integer NOT NULL DEFAULT 0,
        total integer NOT NULL DEFAULT 0,
        error jsonb,
        sha256 text,
        bytes bigint,
        started_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3),
        PRIMARY KEY (tenant_id, id)
      )`,
      ...tenantTable(owner, 'transfers', ['SELECT', 'INSERT', 'UPDATE']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
