import type { Tx } from '@loam/database';
import type { EventContext } from '@loam/event-store';
import type { Payload } from './payload';

/** A job that is owed to a tenant. */
export interface Intent {
  readonly tenant: string;
  readonly queue: string;
  readonly jobId: string;
  readonly payload: Payload;
}

/** From this turn on, jobs are not counted any more: they wait for all others, and their tenants alternate. */
export const LAST_TURN = 200;

/**
 * Writes an intent in the tenant's transaction.
 * @returns its turn: how many jobs its tenant is owed of this queue, with this one; undefined where it is not new
 */
export async function insertIntent(
  tx: Tx,
  context: EventContext,
  intent: Intent,
): Promise<number | undefined> {
  const inserted = await tx.query<{ turn: number }[]>(
    `WITH owed AS (
       SELECT FROM job_intents WHERE tenant_id = $1 AND queue = $2 AND completed_at IS NULL
       LIMIT ${String(LAST_TURN - 1)})
     INSERT INTO job_intents (tenant_id, queue, job_id, data, correlation_id, causation_id, traceparent)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
     RETURNING 1 + (SELECT count(*) FROM owed)::int AS turn`,
    [
      context.tenant,
      intent.queue,
      intent.jobId,
      JSON.stringify(intent.payload.data),
      context.correlationId,
      context.causationId,
      context.traceparent,
    ],
  );
  return inserted[0]?.turn;
}

/** Notes that nothing is owed any more. */
export async function completeIntent(tx: Tx, tenant: string, queue: string, jobId: string): Promise<void> {
  await tx.query(
    `UPDATE job_intents SET completed_at = now()
     WHERE tenant_id = $1 AND queue = $2 AND job_id = $3 AND completed_at IS NULL`,
    [tenant, queue, jobId],
  );
}

/** A place in the order of unfinished intents. */
export interface IntentCursor {
  readonly createdAt: Date;
  readonly tenant: string;
  readonly queue: string;
  readonly jobId: string;
}

export const firstIntent: IntentCursor = {
  createdAt: new Date(0),
  tenant: '00000000-0000-0000-0000-000000000000',
  queue: '',
  jobId: '',
};

interface IntentRow {
  readonly tenant_id: string;
  readonly queue: string;
  readonly job_id: string;
  readonly data: unknown;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
  readonly created_at: Date;
}

/** The next unfinished intents of these queues. Those of the last moments are left to whoever wrote them. */
export async function unfinishedIntents(
  tx: Tx,
  queues: readonly string[],
  after: IntentCursor,
  limit: number,
): Promise<(Intent & IntentCursor)[]> {
  const rows = await tx.query<IntentRow[]>(
    `SELECT tenant_id, queue, job_id, data, correlation_id, causation_id, traceparent, created_at
     FROM job_intents
     WHERE completed_at IS NULL AND queue = ANY ($1) AND created_at < now() - interval '2 seconds'
       AND (created_at, tenant_id, queue, job_id) > ($2, $3, $4, $5)
     ORDER BY created_at, tenant_id, queue, job_id LIMIT $6`,
    [queues, after.createdAt, after.tenant, after.queue, after.jobId, limit],
  );
  return rows.map((row) => ({
    tenant: row.tenant_id,
    queue: row.queue,
    jobId: row.job_id,
    createdAt: row.created_at,
    payload: {
      data: row.data,
      tenant: row.tenant_id,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      traceparent: row.traceparent,
    },
  }));
}

/** Those of the intents that are still unfinished by now. */
export async function stillUnfinished<T extends Intent>(tx: Tx, intents: readonly T[]): Promise<T[]> {
  const rows = await tx.query<{ job_id: string }[]>(
    `SELECT job_id FROM job_intents WHERE completed_at IS NULL AND (tenant_id, queue, job_id) IN (
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]))`,
    [
      intents.map((intent) => intent.tenant),
      intents.map((intent) => intent.queue),
      intents.map((intent) => intent.jobId),
    ],
  );
  const unfinished = new Set(rows.map((row) => row.job_id));
  return intents.filter((intent) => unfinished.has(intent.jobId));
}

/** Forgets intents that were completed a month ago, a thousand at a time; until then their key is not run again. */
export async function forgetOldIntents(tx: Tx): Promise<void> {
  await tx.query(
    `DELETE FROM job_intents WHERE (tenant_id, queue, job_id) IN (
       SELECT tenant_id, queue, job_id FROM job_intents
       WHERE completed_at < now() - interval '30 days' ORDER BY completed_at LIMIT 1000)`,
  );
}
