import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** Who owns which prefix of names, and what items were called before. */
export class Names1795000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      `CREATE TABLE namespaces (
        tenant_id uuid NOT NULL,
        prefix text NOT NULL,
        owners text[] NOT NULL,
        claimed_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, prefix)
      )`,
      `CREATE TABLE namespace_moves (
        tenant_id uuid NOT NULL,
        event_id uuid NOT NULL,
        prefix text NOT NULL,
        owners text[] NOT NULL,
        moved_at timestamptz(3) NOT NULL,
        moved_by text NOT NULL,
        PRIMARY KEY (tenant_id, event_id)
      )`,
      'CREATE INDEX namespace_moves_of ON namespace_moves (tenant_id, prefix)',
      `CREATE TABLE aliases (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        renamed_to text NOT NULL,
        renamed_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, kind, slug)
      )`,
      'CREATE INDEX aliases_of ON aliases (tenant_id, kind, renamed_to)',
      ...['namespaces', 'namespace_moves', 'aliases'].flatMap((table) => [
        ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
        ...grantSystem(owner, table, ['SELECT']),
      ]),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
