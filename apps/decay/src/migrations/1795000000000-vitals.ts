import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';
import { eventLogTables } from '@loam/event-store';
import { inboxTables } from '@loam/messaging';

export class Vitals1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...eventLogTables(owner),
      ...inboxTables(owner),
      `CREATE TABLE vitals (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        live boolean NOT NULL DEFAULT false,
        latest_version text,
        description text,
        created_at timestamptz(3),
        use_count bigint NOT NULL DEFAULT 0,
        last_used_at timestamptz(3) NOT NULL DEFAULT '-infinity',
        revision integer NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug)
      )`,
      // "Never" is the beginning of time, which makes one range of all who were not used since some day. A column and no
      // expression: behind row-level security only what cannot leak is looked up in an index, and that is not seen of one.
      `CREATE INDEX vitals_by_last_use ON vitals (tenant_id, kind, last_used_at, created_at, slug) WHERE live`,
      `CREATE TABLE versions (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        description text,
        published_at timestamptz(3),
        retired boolean NOT NULL DEFAULT false,
        PRIMARY KEY (tenant_id, kind, slug, version)
      )`,
      `CREATE TABLE usage_days (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        day date NOT NULL,
        sequence integer NOT NULL,
        views integer NOT NULL,
        downloads integer NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug, version, day)
      )`,
      ...['vitals', 'versions', 'usage_days'].flatMap((table) => [
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
