import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownerOf, tenantTable } from '@loam/database';

const QUANTITIES = [
  ...['views', 'downloads', 'installs', 'activations', 'invocations'],
  ...['successes', 'partials', 'failures', 'corrections'],
];

/** Sums of a whole tenant per quarter of an hour, of days that are over, for zones whose days are not those of UTC. */
export class TenantQuarters1796600005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE usage_tenant_quarters (
        tenant_id uuid NOT NULL,
        quarter timestamptz(3) NOT NULL,
        ${QUANTITIES.map((quantity) => `${quantity} integer NOT NULL`).join(', ')},
        cost_micros float8 NOT NULL,
        PRIMARY KEY (tenant_id, quarter)
      )`,
      'ALTER TABLE usage_tenant_days ADD COLUMN quartered boolean NOT NULL DEFAULT false',
      'CREATE INDEX usage_tenant_days_open ON usage_tenant_days (tenant_id, day) WHERE NOT quartered',
      ...tenantTable(owner, 'usage_tenant_quarters', ['SELECT', 'INSERT', 'UPDATE']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was recorded cannot be unmade; restore a backup instead');
  }
}
