import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';
import { tenantLogIndex } from '@loam/event-store';

/**
 * What the search knows of an item besides its catalog row. `changed_in` is the transaction that wrote the row last,
 * by which an index in memory notices the change. Neither table is derived from the log: bodies come from the object
 * store, vectors from a model, uses from telemetry.
 */
export class Search1795000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const statements = [
      tenantLogIndex,
      `CREATE TABLE search_documents (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        body text NOT NULL,
        provider text NOT NULL,
        vector bytea NOT NULL,
        changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
        PRIMARY KEY (tenant_id, kind, slug)
      )`,
      'CREATE INDEX search_documents_changed ON search_documents (tenant_id, changed_in)',
      `CREATE TABLE skill_uses (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text NOT NULL,
        day date NOT NULL,
        sequence bigint NOT NULL,
        views integer NOT NULL,
        downloads integer NOT NULL,
        successes integer NOT NULL,
        failures integer NOT NULL,
        changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
        PRIMARY KEY (tenant_id, kind, slug, version, day)
      )`,
      'CREATE INDEX skill_uses_changed ON skill_uses (tenant_id, changed_in)',
      ...['search_documents', 'skill_uses'].flatMap((table) => [
        ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
        ...grantSystem(owner, table, ['SELECT']),
      ]),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back; restore a backup instead');
  }
}
