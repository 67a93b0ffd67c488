import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** What was told of items in all, so that only what has changed is told again. */
const tables = [
  `CREATE TABLE told_stats (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    uses bigint NOT NULL,
    invocations integer NOT NULL,
    successes integer NOT NULL,
    partials integer NOT NULL,
    failures integer NOT NULL,
    PRIMARY KEY (tenant_id, kind, slug)
  )`,
  `CREATE TABLE told_regressions (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    version text NOT NULL,
    than text NOT NULL,
    PRIMARY KEY (tenant_id, kind, slug, version, than)
  )`,
  // The outcomes of an item in all, without the many days of which only views and downloads are known.
  'CREATE INDEX usage_days_invoked ON usage_days (tenant_id, kind, slug) WHERE invocations > 0',
];

export class ItemStats1796600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...tables,
      ...tenantTable(owner, 'told_stats', ['SELECT', 'INSERT', 'UPDATE']),
      ...tenantTable(owner, 'told_regressions', ['SELECT', 'INSERT', 'DELETE']),
      ...['told_stats', 'told_regressions'].flatMap((table) => grantSystem(owner, table, ['SELECT'])),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was told cannot be unmade; restore a backup instead');
  }
}
