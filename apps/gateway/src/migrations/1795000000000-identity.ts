import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, roleNames, tenantTable } from '@loam/database';
import { eventLogTables } from '@loam/event-store';
import { inboxTables } from '@loam/messaging';

export class Identity1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const roles = roleNames(owner);
    const statements = [
      ...eventLogTables(owner),
      ...inboxTables(owner),
      `CREATE TABLE tenants (
        tenant_id uuid PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        name text NOT NULL,
        created_at timestamptz(3) NOT NULL
      )`,
      `CREATE TABLE tokens (
        tenant_id uuid NOT NULL,
        id text NOT NULL,
        label text NOT NULL,
        hash text NOT NULL,
        scopes text[] NOT NULL,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3),
        revoked_at timestamptz(3),
        PRIMARY KEY (tenant_id, id)
      )`,
      'CREATE INDEX tokens_by_id ON tokens (id)',
      ...['tenants', 'tokens'].flatMap((table) => [
        ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE']),
        ...grantSystem(owner, table, ['SELECT']),
        // The look-up below runs as the owner, before a tenant is known; the owner reads no other table.
        `CREATE POLICY look_up ON ${table} FOR SELECT TO ${roles.owner} USING (true)`,
      ]),
      `CREATE FUNCTION find_token(token_id text)
        RETURNS TABLE (tenant_id uuid, tenant text, hash text, scopes text[], expires_at timestamptz, revoked_at timestamptz)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${owner.service}, pg_temp
        AS 'SELECT t.tenant_id, n.slug, t.hash, t.scopes, t.expires_at, t.revoked_at
            FROM tokens t JOIN tenants n USING (tenant_id) WHERE t.id = token_id'`,
      'REVOKE ALL ON FUNCTION find_token(text) FROM PUBLIC',
      `GRANT EXECUTE ON FUNCTION find_token(text) TO ${roles.app}`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
