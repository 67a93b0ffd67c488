import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, roleNames, tenantTable } from '@loam/database';

/** What may become of a version, what the safety gate says of it, and channels. */
export class Versions1795000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const { app } = roleNames(owner);
    const derived = ['channels', 'channel_moves', 'scans', 'blocked_bundles'];
    const statements = [
      `ALTER TABLE skill_versions
        DROP COLUMN status,
        ADD COLUMN changes text,
        ADD COLUMN archived boolean NOT NULL DEFAULT false,
        ADD COLUMN yank_reason text,
        ADD COLUMN erased boolean NOT NULL DEFAULT false,
        ADD COLUMN scanned text NOT NULL DEFAULT 'pending',
        ADD COLUMN reviewed text,
        ADD COLUMN digest_blocked boolean NOT NULL DEFAULT false,
        ADD COLUMN blast_radius text NOT NULL DEFAULT 'low'`,
      // Once, in one place: every reader asks for the outcome and none for its parts.
      `ALTER TABLE skill_versions
        ADD COLUMN status text NOT NULL GENERATED ALWAYS AS (CASE WHEN erased THEN 'erased'
          WHEN archived THEN 'archived' WHEN yank_reason IS NOT NULL THEN 'yanked' ELSE 'published' END) STORED,
        ADD COLUMN verdict text NOT NULL GENERATED ALWAYS AS (CASE WHEN digest_blocked THEN 'blocked'
          WHEN reviewed = 'allow' THEN 'pass' WHEN reviewed = 'block' THEN 'blocked' ELSE scanned END) STORED`,
      `ALTER TABLE skills ADD COLUMN newer_version text, ADD COLUMN newer_status text`,
      `CREATE TABLE channels (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        channel text NOT NULL,
        version text,
        PRIMARY KEY (tenant_id, kind, slug, channel)
      )`,
      `CREATE TABLE channel_moves (
        tenant_id uuid NOT NULL,
        event_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        channel text NOT NULL,
        version text,
        moved_at timestamptz(3) NOT NULL,
        moved_by text NOT NULL,
        PRIMARY KEY (tenant_id, event_id)
      )`,
      'CREATE INDEX channel_moves_of_item ON channel_moves (tenant_id, kind, slug, channel, event_id)',
      `CREATE TABLE scans (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        rule_set text NOT NULL,
        verdict text NOT NULL,
        findings jsonb NOT NULL,
        findings_total integer NOT NULL,
        capabilities text[] NOT NULL,
        scanned_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug, version)
      )`,
      `CREATE TABLE blocked_bundles (
        tenant_id uuid NOT NULL,
        sha256 text NOT NULL,
        reason text NOT NULL,
        blocked_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, sha256)
      )`,
      ...derived.flatMap((table) => [
        ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
        ...grantSystem(owner, table, ['SELECT']),
      ]),
      `GRANT DELETE ON dependencies TO ${app}`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
