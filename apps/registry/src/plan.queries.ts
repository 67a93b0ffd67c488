import { planSchema, type Plan } from '@loam/contracts/plans';
import type { Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { noSuchProject } from './project.stream';

const utc = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const PLANS = `SELECT v.plan_id AS id, p.project_id AS "projectId", v.version, v.sha256, v.bytes,
    v.source_type AS "sourceType", v.source_url AS "sourceUrl", v.source_etag AS "sourceEtag",
    v.imported_by AS "importedBy", ${utc('v.imported_at')} AS "importedAt", v.status,
    v.fetch_error AS "fetchError", ${utc('v.fetch_error_at')} AS "fetchErrorAt"
  FROM project_plans v JOIN projects p ON p.tenant_id = v.tenant_id AND p.slug = v.project
  WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.project = $1`;

const isProject = async (tx: Tx, slug: string): Promise<boolean> => {
  const rows = await tx.query<unknown[]>(
    `SELECT 1 FROM projects WHERE tenant_id = current_setting('loam.tenant')::uuid AND slug = $1`,
    [slug],
  );
  return rows.length > 0;
};

type Missing = Rejection<'project-not-found' | 'plan-not-found'>;

/** One version of the plan of a project, or the active one. */
export async function findPlan(tx: Tx, slug: string, version: number | null): Promise<Plan | Missing> {
  const rows = await tx.query<unknown[]>(
    `${PLANS} AND CASE WHEN $2::int IS NULL THEN v.status = 'active' ELSE v.version = $2 END`,
    [slug, version],
  );
  const plan = planSchema.optional().parse(rows[0]);
  if (plan !== undefined) return plan;
  if (!(await isProject(tx, slug))) return noSuchProject(slug);
  const which = version === null ? 'plan' : `version ${version} of the plan`;
  return reject('plan-not-found', `The project ${slug} has no ${which}.`);
}

/** The newest versions of a plan, newest first. */
export async function findPlans(
  tx: Tx,
  slug: string,
  limit: number,
): Promise<Plan[] | Rejection<'project-not-found'>> {
  const rows = await tx.query<unknown[]>(`${PLANS} ORDER BY v.version DESC LIMIT $2`, [slug, limit]);
  if (rows.length > 0) return planSchema.array().parse(rows);
  return (await isProject(tx, slug)) ? [] : noSuchProject(slug);
}
