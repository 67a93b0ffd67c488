import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** What decay says of items. */
export class DecayNotes1796500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE decay_notes (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        rules text[] NOT NULL,
        since timestamptz(3) NOT NULL,
        as_of integer NOT NULL,
        revision integer NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug)
      )`,
      ...tenantTable(owner, 'decay_notes', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'decay_notes', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back; restore a backup instead');
  }
}
