import type { Database } from '@loam/database';
import type { EventContext, EventStore } from '@loam/event-store';
import type { JobRun, Jobs } from '@loam/jobs';
import type { registryJobs } from '../registry.jobs';
import { refreshPlan } from './refresh-plan';

/** The most that one tick owes; those that waited longest go first. */
const MOST = 100;

interface Due {
  readonly tenant: string;
  readonly slug: string;
}

const DUE = `
  SELECT p.tenant_id AS tenant, p.slug FROM projects p
  JOIN project_plans v ON v.tenant_id = p.tenant_id AND v.project = p.slug AND v.status = 'active'
  LEFT JOIN plan_checks c ON c.tenant_id = p.tenant_id AND c.project = p.slug
  WHERE p.plan_refresh_seconds IS NOT NULL AND NOT p.plan_pinned AND v.source_url IS NOT NULL AND v.source_type = 'url'
    AND greatest(c.checked_at, v.imported_at) + p.plan_refresh_seconds * interval '1 second' <= $1
  ORDER BY greatest(c.checked_at, v.imported_at) LIMIT ${String(MOST)}`;

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly jobs: Jobs<typeof registryJobs>;
}

/** Owes a refresh to each project whose plan was not asked for as long as it wants. */
export async function owePlanRefreshes(
  { database, store, jobs }: Parts,
  now: Date,
  correlationId: string,
): Promise<{ readonly owed: number }> {
  const due = await database.system((tx) => tx.query<Due[]>(DUE, [now]));
  for (const { tenant, slug } of due)
    await store.transaction(contextOf(tenant, correlationId), async (unit) => {
      await unit.tx.query(
        `INSERT INTO plan_checks (tenant_id, project, checked_at) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, project) DO UPDATE SET checked_at = $3`,
        [tenant, slug, now],
      );
      await jobs.intend(unit, 'refreshPlan', `${slug} ${now.toISOString()}`, { slug });
    });
  return { owed: due.length };
}

/** Nobody asked: what somebody chose meanwhile stays, and a plan that is gone is no fault. */
export const refreshUnasked =
  (parts: Parameters<typeof refreshPlan>[0]) =>
  async ({ slug }: { readonly slug: string }, { tenant, context }: JobRun): Promise<void> => {
    if (tenant === null) throw new Error('a project belongs to a tenant');
    await refreshPlan(
      parts,
      { ...contextOf(tenant, context.correlationId), ...context },
      { slug, asked: false },
    );
  };

/** What the registry does by itself. */
const contextOf = (tenant: string, correlationId: string): EventContext => ({
  ...{ tenant, actor: { type: 'service', id: 'registry' }, correlationId },
  ...{ causationId: null, traceparent: null },
});
