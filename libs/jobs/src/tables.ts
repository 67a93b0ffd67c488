import { grantSystem, tenantTable, type Owner } from '@loam/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The table of what the service owes itself, for its first migration. A row is written with the decision that causes
 * the job and outlives whatever happens to Redis; `completed_at` says that nothing is owed any more.
 */
export function jobTables(owner: Owner): string[] {
  return [
    `CREATE TABLE job_intents (
      tenant_id uuid NOT NULL,
      queue text NOT NULL,
      job_id text NOT NULL,
      data jsonb NOT NULL,
      correlation_id text NOT NULL,
      causation_id text,
      traceparent text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      completed_at timestamptz(3),
      PRIMARY KEY (tenant_id, queue, job_id)
    )`,
    `CREATE INDEX job_intents_unfinished ON job_intents (created_at, tenant_id, queue, job_id)
      WHERE completed_at IS NULL`,
    'CREATE INDEX job_intents_completed ON job_intents (completed_at) WHERE completed_at IS NOT NULL',
    ...tenantTable(owner, 'job_intents', ['SELECT', 'INSERT']),
    ...grantSystem(owner, 'job_intents', ['SELECT', 'UPDATE', 'DELETE']),
  ];
}

/** What a tenant's turn is counted by; the migration after that of `jobTables`. */
export class TurnsOfJobs1796700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX job_intents_owed ON job_intents (tenant_id, queue) WHERE completed_at IS NULL',
    );
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
