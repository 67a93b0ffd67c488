import type { EventOf } from '@loam/contracts/envelope';
import { PlanActivated, PlanChecked, PlanImported } from '@loam/contracts/plans';
import {
  ProjectChanged,
  ProjectCreated,
  ProjectDeleted,
  ProjectItemsReplaced,
  StackMapped,
  StackUnmapped,
} from '@loam/contracts/projects';
import type { Tx } from '@loam/database';
import { on, type Projection } from '@loam/event-store';

async function insertPlan(
  tx: Tx,
  { tenant, actor, occurredAt, data }: EventOf<typeof PlanImported>,
): Promise<void> {
  await supersede(tx, tenant, data.slug);
  await tx.query(
    `INSERT INTO project_plans (tenant_id, project, version, plan_id, sha256, bytes, source_type, source_url,
       source_etag, imported_by, imported_at, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'active')`,
    [
      ...[tenant, data.slug, data.version, data.planId, data.sha256, data.bytes],
      ...[data.sourceType, data.sourceUrl, data.sourceEtag, actor.id, occurredAt],
    ],
  );
  await pin(tx, tenant, data.slug, false);
}

const supersede = (tx: Tx, tenant: string, slug: string): Promise<unknown> =>
  tx.query(
    `UPDATE project_plans SET status = 'superseded', fetch_error = NULL, fetch_error_at = NULL
     WHERE tenant_id = $1 AND project = $2 AND status = 'active'`,
    [tenant, slug],
  );

const pin = (tx: Tx, tenant: string, slug: string, pinned: boolean): Promise<unknown> =>
  tx.query('UPDATE projects SET plan_pinned = $3 WHERE tenant_id = $1 AND slug = $2', [tenant, slug, pinned]);

const SETTINGS = 'name = $3, description = $4, git_remote = $5, stack_tags = $6, plan_refresh_seconds = $7';

/** Projects with their items and plans, and what is recommended by hand. */
export const projects: Projection = {
  name: 'projects',
  tables: ['projects', 'project_items', 'project_plans', 'stack_mappings'],
  handlers: [
    on(ProjectCreated, async (tx, { tenant, occurredAt, data }) => {
      await tx.query(
        `INSERT INTO projects (tenant_id, slug, project_id, name, description, git_remote, stack_tags,
           plan_refresh_seconds, plan_pinned, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false, $9, $9)`,
        [
          ...[tenant, data.slug, data.projectId, data.name, data.description, data.gitRemote],
          ...[data.stackTags, data.planRefreshSeconds, occurredAt],
        ],
      );
    }),
    on(ProjectChanged, async (tx, { tenant, occurredAt, data }) => {
      await tx.query(`UPDATE projects SET ${SETTINGS}, updated_at = $8 WHERE tenant_id = $1 AND slug = $2`, [
        ...[tenant, data.slug, data.name, data.description, data.gitRemote, data.stackTags],
        ...[data.planRefreshSeconds, occurredAt],
      ]);
    }),
    on(ProjectDeleted, async (tx, { tenant, data }) => {
      for (const table of ['project_items', 'project_plans'])
        await tx.query(`DELETE FROM ${table} WHERE tenant_id = $1 AND project = $2`, [tenant, data.slug]);
      await tx.query('DELETE FROM projects WHERE tenant_id = $1 AND slug = $2', [tenant, data.slug]);
    }),
    on(ProjectItemsReplaced, async (tx, { tenant, occurredAt, data }) => {
      const project = [tenant, data.slug];
      await tx.query('DELETE FROM project_items WHERE tenant_id = $1 AND project = $2', project);
      await tx.query(
        `INSERT INTO project_items (tenant_id, project, position, kind, slug, version)
         SELECT $1, $2, i.position - 1, i.item ->> 'kind', i.item ->> 'slug', i.item ->> 'version'
         FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS i(item, position)`,
        [...project, JSON.stringify(data.items)],
      );
      await tx.query('UPDATE projects SET updated_at = $3 WHERE tenant_id = $1 AND slug = $2', [
        ...[...project, occurredAt],
      ]);
    }),
    on(PlanImported, insertPlan),
    on(PlanActivated, async (tx, { tenant, data }) => {
      await supersede(tx, tenant, data.slug);
      await tx.query(
        `UPDATE project_plans SET status = 'active' WHERE tenant_id = $1 AND project = $2 AND version = $3`,
        [tenant, data.slug, data.version],
      );
      await pin(tx, tenant, data.slug, true);
    }),
    on(PlanChecked, async (tx, { tenant, occurredAt, data }) => {
      await tx.query(
        `UPDATE project_plans SET source_etag = $4, fetch_error = $5, fetch_error_at = $6
         WHERE tenant_id = $1 AND project = $2 AND version = $3`,
        [
          ...[tenant, data.slug, data.version, data.sourceEtag, data.fetchError],
          data.fetchError === null ? null : occurredAt,
        ],
      );
      await pin(tx, tenant, data.slug, data.pinned);
    }),
    on(StackMapped, async (tx, { tenant, data }) => {
      await tx.query(
        'INSERT INTO stack_mappings (tenant_id, stack, skill) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [tenant, data.stack, data.skill],
      );
    }),
    on(StackUnmapped, async (tx, { tenant, data }) => {
      await tx.query('DELETE FROM stack_mappings WHERE tenant_id = $1 AND stack = $2 AND skill = $3', [
        ...[tenant, data.stack, data.skill],
      ]);
    }),
  ],
};
