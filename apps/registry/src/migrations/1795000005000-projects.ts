import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantSystem, ownerOf, tenantTable } from '@loam/database';

/** Projects with their plans, and what is recommended by hand. */
export class Projects1795000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const derived = ['projects', 'project_items', 'project_plans', 'stack_mappings'];
    const statements = [
      `CREATE TABLE projects (
        tenant_id uuid NOT NULL,
        slug text NOT NULL,
        project_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        git_remote text,
        stack_tags text[] NOT NULL,
        plan_refresh_seconds integer,
        plan_pinned boolean NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, slug)
      )`,
      // Not unique here: the order in which two projects hand a remote over is not that of the log.
      'CREATE INDEX projects_by_remote ON projects (tenant_id, git_remote) WHERE git_remote IS NOT NULL',
      `CREATE TABLE project_items (
        tenant_id uuid NOT NULL,
        project text NOT NULL,
        position integer NOT NULL,
        kind text NOT NULL,
        slug text NOT NULL,
        version text,
        PRIMARY KEY (tenant_id, project, position)
      )`,
      `CREATE TABLE project_plans (
        tenant_id uuid NOT NULL,
        project text NOT NULL,
        version integer NOT NULL,
        plan_id uuid NOT NULL,
        sha256 text NOT NULL,
        bytes integer NOT NULL,
        source_type text NOT NULL,
        source_url text,
        source_etag text,
        imported_by text NOT NULL,
        imported_at timestamptz(3) NOT NULL,
        status text NOT NULL,
        fetch_error text,
        fetch_error_at timestamptz(3),
        PRIMARY KEY (tenant_id, project, version)
      )`,
      // For the sweep, which asks whether any tenant still needs a text.
      'CREATE INDEX project_plans_by_digest ON project_plans (sha256)',
      `CREATE TABLE stack_mappings (
        tenant_id uuid NOT NULL,
        stack text NOT NULL,
        skill text NOT NULL,
        PRIMARY KEY (tenant_id, stack, skill)
      )`,
      ...derived.flatMap((table) => [
        ...tenantTable(owner, table, ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
        ...grantSystem(owner, table, ['SELECT']),
      ]),
      // When a source was last asked: not in the log, where it would be an event for every asking.
      `CREATE TABLE plan_checks (
        tenant_id uuid NOT NULL,
        project text NOT NULL,
        checked_at timestamptz(3) NOT NULL,
        PRIMARY KEY (tenant_id, project)
      )`,
      ...tenantTable(owner, 'plan_checks', ['SELECT', 'INSERT', 'UPDATE']),
      ...grantSystem(owner, 'plan_checks', ['SELECT']),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade; restore a backup instead');
  }
}
