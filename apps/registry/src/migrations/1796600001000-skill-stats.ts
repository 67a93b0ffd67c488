import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** What telemetry tells of items in all, for the ranking of the search. */
export class SkillStats1796600001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE skill_stats (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        sequence bigint NOT NULL,
        uses bigint NOT NULL,
        successes integer NOT NULL,
        others integer NOT NULL,
        changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
        PRIMARY KEY (tenant_id, kind, slug)
      )`,
      'CREATE INDEX skill_stats_changed ON skill_stats (tenant_id, changed_in)',
      ...tenantTable(owner, 'skill_stats', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'skill_stats', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back; restore a backup instead');
  }
}
