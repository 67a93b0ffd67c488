import { on, type Projection } from '@loam/event-store';
import { ProjectObserved } from './projects.stream';

/** Which projects list what. */
export const projects: Projection = {
  name: 'projects',
  tables: ['project_marks', 'project_items'],
  handlers: [
    on(ProjectObserved, async (tx, { tenant, data, revision }) => {
      await tx.query(
        `INSERT INTO project_marks (tenant_id, project, as_of, revision) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, project) DO UPDATE SET as_of = $3, revision = $4`,
        [tenant, data.project, data.asOf, revision],
      );
      await tx.query('DELETE FROM project_items WHERE tenant_id = $1 AND project = $2', [
        tenant,
        data.project,
      ]);
      await tx.query(
        `INSERT INTO project_items (tenant_id, kind, slug, project)
         SELECT DISTINCT $1::uuid, kind, slug, $2 FROM jsonb_to_recordset($3::jsonb) AS i (kind text, slug text)`,
        [tenant, data.project, JSON.stringify(data.items)],
      );
    }),
  ],
};
