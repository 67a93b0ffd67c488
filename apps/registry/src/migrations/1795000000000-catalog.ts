import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';
import { eventLogTables } from '@loam/event-store';
import { jobTables } from '@loam/jobs';
import { inboxTables } from '@loam/messaging';

export class Catalog1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const derived = ['skill_versions', 'skills', 'dependencies'];
    const statements = [
      ...eventLogTables(owner),
      ...inboxTables(owner),
      ...jobTables(owner),
      `CREATE TABLE skill_versions (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        status text NOT NULL,
        description text NOT NULL,
        when_to_use text,
        tags text[] NOT NULL,
        sha256 text NOT NULL,
        bytes integer NOT NULL,
        fingerprint text NOT NULL,
        requires jsonb NOT NULL,
        published_at timestamptz(3) NOT NULL,
        published_by text NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug, version)
      )`,
      // For the sweep, which asks whether any tenant still needs these bytes.
      'CREATE INDEX skill_versions_by_digest ON skill_versions (sha256)',
      `CREATE TABLE skills (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        status text NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug)
      )`,
      `CREATE TABLE dependencies (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        requires_slug text NOT NULL,
        range text NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug, version, requires_slug)
      )`,
      'CREATE INDEX dependencies_on ON dependencies (tenant_id, requires_slug)',
      ...derived.flatMap((table) => [
        ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE']),
        ...grantSystem(owner, table, ['SELECT']),
      ]),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
