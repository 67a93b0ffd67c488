import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

const QUANTITIES = [
  ...['views', 'downloads', 'installs', 'activations', 'invocations'],
  ...['successes', 'partials', 'failures', 'corrections'],
];

const tables = [
  'CREATE INDEX usage_days_of_item ON usage_days (tenant_id, slug, day)',
  // Facts come nearly in the order of their time; so little an index costs who records nothing.
  'CREATE INDEX usage_facts_at ON usage_facts USING brin (at) WITH (pages_per_range = 32, autosummarize = on)',
  `CREATE TABLE usage_tenant_days (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    skills integer NOT NULL,
    ${QUANTITIES.map((quantity) => `${quantity} integer NOT NULL`).join(', ')},
    cost_micros float8 NOT NULL,
    PRIMARY KEY (tenant_id, day)
  )`,
  `CREATE TABLE usage_spans (
    tenant_id uuid NOT NULL,
    level integer NOT NULL,
    span date NOT NULL,
    slug text NOT NULL,
    views integer NOT NULL,
    downloads integer NOT NULL,
    PRIMARY KEY (tenant_id, level, span, slug)
  )`,
];

/** Sums of sums, so that a year is read from a few rows. */
export class Summaries1795000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...tables,
      ...['usage_tenant_days', 'usage_spans'].flatMap((table) =>
        tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE']),
      ),
      ...grantSystem(owner, 'usage_tenant_days', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was recorded cannot be unmade; restore a backup instead');
  }
}
