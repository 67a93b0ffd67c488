import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

export class Sessions1796100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE sessions (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        revision int NOT NULL,
        status text NOT NULL,
        round int NOT NULL,
        author text NOT NULL,
        person text NOT NULL,
        project text,
        client text,
        started_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        end_reason text,
        score int,
        signals jsonb NOT NULL DEFAULT '[]',
        scored_at timestamptz(3),
        fingerprint text,
        reason text,
        waits_until timestamptz(3),
        draft_id uuid,
        drafted_at timestamptz(3),
        PRIMARY KEY (tenant_id, id)
      )`,
      'CREATE INDEX sessions_newest ON sessions (tenant_id, started_at DESC, id)',
      "CREATE INDEX sessions_open ON sessions (tenant_id, id) WHERE status = 'open'",
      'CREATE INDEX sessions_alike ON sessions (tenant_id, person, fingerprint) WHERE fingerprint IS NOT NULL',
      "CREATE INDEX sessions_waiting ON sessions (waits_until) WHERE status = 'waiting'",
      ...tenantTable(owner, 'sessions', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'sessions', ['SELECT']),
      // What changes with each capture, beside what is decided. Offsets are those of the transcript as it was uploaded.
      `CREATE TABLE session_activity (
        tenant_id uuid NOT NULL,
        session_id uuid NOT NULL,
        last_heard_at timestamptz(3) NOT NULL,
        captures int NOT NULL,
        transcript_bytes bigint NOT NULL,
        awaited_bytes bigint,
        end_reason text,
        end_sequence bigint,
        busy boolean NOT NULL,
        PRIMARY KEY (tenant_id, session_id)
      )`,
      'CREATE INDEX session_activity_idle ON session_activity (last_heard_at)',
      ...tenantTable(owner, 'session_activity', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'session_activity', ['SELECT']),
      `CREATE TABLE captures (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        session_id uuid NOT NULL,
        sha256 text NOT NULL,
        type text NOT NULL,
        at timestamptz(3) NOT NULL,
        received_at timestamptz(3) NOT NULL DEFAULT now(),
        sequence bigint,
        data jsonb NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`,
      'CREATE INDEX captures_of_session ON captures (tenant_id, session_id, sequence, at)',
      'CREATE INDEX captures_received ON captures (received_at)',
      ...tenantTable(owner, 'captures', ['SELECT', 'INSERT']),
      ...grantSystem(owner, 'captures', ['SELECT', 'DELETE']),
      // The transcript of a session, without gaps and in order.
      `CREATE TABLE transcript_pieces (
        tenant_id uuid NOT NULL,
        session_id uuid NOT NULL,
        begins_at bigint NOT NULL,
        bytes bigint NOT NULL,
        key text NOT NULL,
        redacted boolean NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, session_id, begins_at)
      )`,
      'CREATE UNIQUE INDEX transcript_pieces_key ON transcript_pieces (key)',
      'CREATE INDEX transcript_pieces_created ON transcript_pieces (created_at)',
      ...tenantTable(owner, 'transcript_pieces', ['SELECT', 'INSERT', 'DELETE']),
      ...grantSystem(owner, 'transcript_pieces', ['SELECT', 'DELETE']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
