import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';
import { jobTables } from '@loam/jobs';

export class Webhooks1796300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      ...jobTables(owner),
      `CREATE TABLE webhooks (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        url text NOT NULL,
        events text[] NOT NULL,
        description text NOT NULL,
        status text NOT NULL DEFAULT 'active',
        reason text,
        generation integer NOT NULL DEFAULT 1,
        previous_until timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`,
      ...tenantTable(owner, 'webhooks', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
      ...grantSystem(owner, 'webhooks', ['SELECT']),
      // How receivers behave is no decision of anybody, and is not derived from the log.
      `CREATE TABLE webhook_health (
        tenant_id uuid NOT NULL,
        webhook_id uuid NOT NULL,
        failures integer NOT NULL,
        failing_since timestamptz(3) NOT NULL,
        retry_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, webhook_id)
      )`,
      ...tenantTable(owner, 'webhook_health', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
      `CREATE TABLE webhook_deliveries (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        webhook_id uuid NOT NULL,
        type text NOT NULL,
        event_id text,
        body text NOT NULL,
        status text NOT NULL DEFAULT 'pending',
        round integer NOT NULL DEFAULT 0,
        attempts integer NOT NULL DEFAULT 0,
        answer_status integer,
        answer text,
        error text,
        created_at timestamptz(3) NOT NULL,
        last_attempt_at timestamptz(3),
        PRIMARY KEY (tenant_id, id)
      )`,
      'CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (tenant_id, webhook_id, created_at, id)',
      'CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at)',
      ...tenantTable(owner, 'webhook_deliveries', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'webhook_deliveries', ['SELECT', 'DELETE']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
