import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

export class Drafting1796100001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      // What the steps of drafting came to, so that none is paid for twice. It holds redacted words of the session.
      `CREATE TABLE session_work (
        tenant_id uuid NOT NULL,
        session_id uuid NOT NULL,
        round int NOT NULL,
        lesson jsonb,
        draft jsonb,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, session_id, round)
      )`,
      'CREATE INDEX session_work_created ON session_work (created_at)',
      ...tenantTable(owner, 'session_work', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'session_work', ['SELECT', 'DELETE']),
      // What calls of models may cost, and then did: reserved first, so that a process that dies has spent at most that.
      `CREATE TABLE model_calls (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        day date NOT NULL,
        session_id uuid NOT NULL,
        step text NOT NULL,
        tokens bigint NOT NULL,
        cost double precision NOT NULL,
        settled boolean NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`,
      'CREATE INDEX model_calls_of_day ON model_calls (tenant_id, day)',
      ...tenantTable(owner, 'model_calls', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'model_calls', ['SELECT', 'DELETE']),
      // For the sweep, which asks which bundles a draft names or has named.
      `CREATE INDEX events_bundle ON events ((data ->> 'sha256')) WHERE type LIKE 'capturer.draft-%'`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
