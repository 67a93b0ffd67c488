import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a draft came from, what speaks for and against it, and what its reviewers said. */
export class Reviews1796200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `ALTER TABLE drafts
        ADD COLUMN revision integer NOT NULL DEFAULT 0,
        ADD COLUMN session_id text,
        ADD COLUMN drafter text,
        ADD COLUMN score double precision,
        ADD COLUMN flags text[] NOT NULL DEFAULT '{}',
        ADD COLUMN verdict text NOT NULL DEFAULT 'pending',
        ADD COLUMN blast_radius text NOT NULL DEFAULT 'low',
        ADD COLUMN neighbour jsonb,
        ADD COLUMN edited boolean NOT NULL DEFAULT false,
        ADD COLUMN beside integer,
        ADD COLUMN comment text,
        ADD COLUMN reviewed_by text,
        ADD COLUMN published_slug text,
        ADD COLUMN published_verdict text,
        ADD COLUMN refusal jsonb`,
      'CREATE INDEX drafts_by_session ON drafts (tenant_id, session_id) WHERE session_id IS NOT NULL',
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
