import { z } from 'zod';
import type { Tx } from '@loam/database';

const pendingRow = z.object({
  webhook_id: z.uuid(),
  type: z.string(),
  body: z.string(),
  delivered: z.boolean(),
  /** Of the webhook; null where it was removed. */
  url: z.string().nullable(),
  status: z.string().nullable(),
  generation: z.int().nullable(),
  previous_until: z.date().nullable(),
  failures: z.int().nullable(),
  failing_since: z.date().nullable(),
  retry_at: z.date().nullable(),
});
export type Pending = z.output<typeof pendingRow>;

/** What is to be sent, where, and how the receiver has behaved; undefined where it was forgotten. */
export async function findPending(tx: Tx, deliveryId: string): Promise<Pending | undefined> {
  const rows = await tx.query<unknown[]>(
    `SELECT d.webhook_id, d.type, d.body, d.status = 'delivered' AS delivered, w.url, w.status, w.generation,
       w.previous_until, h.failures, h.failing_since, h.retry_at
     FROM webhook_deliveries d
     LEFT JOIN webhooks w ON w.tenant_id = d.tenant_id AND w.id = d.webhook_id
     LEFT JOIN webhook_health h ON h.tenant_id = d.tenant_id AND h.webhook_id = d.webhook_id
     WHERE d.id = $1`,
    [deliveryId],
  );
  return pendingRow.optional().parse(rows[0]);
}

/** How one attempt went. */
export interface Attempt {
  readonly at: Date;
  readonly answerStatus: number | null;
  readonly answer: string | null;
  readonly error: string | null;
}

export async function noteAttempt(
  tx: Tx,
  deliveryId: string,
  status: 'pending' | 'delivered' | 'failed',
  { at, answerStatus, answer, error }: Attempt,
): Promise<void> {
  await tx.query(
    `UPDATE webhook_deliveries SET status = $2, attempts = attempts + 1, answer_status = $3, answer = $4, error = $5,
       last_attempt_at = $6 WHERE id = $1`,
    // Postgres keeps no U+0000.
    [deliveryId, status, answerStatus, answer?.replaceAll('\0', '') ?? null, error, at],
  );
}

/** Gives a delivery up without an attempt. */
export async function giveUp(tx: Tx, deliveryId: string, error: string): Promise<void> {
  await tx.query("UPDATE webhook_deliveries SET status = 'failed', error = $2 WHERE id = $1", [
    ...[deliveryId, error],
  ]);
}

/** A receiver that has failed is left alone for half a second, doubling up to ten minutes. */
export async function noteFailure(tx: Tx, tenant: string, webhookId: string, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO webhook_health (tenant_id, webhook_id, failures, failing_since, retry_at)
     VALUES ($1, $2, 1, $3, $3::timestamptz + interval '0.5 s')
     ON CONFLICT (tenant_id, webhook_id) DO UPDATE SET failures = webhook_health.failures + 1,
       retry_at = $3::timestamptz + least(interval '0.5 s' * 2 ^ least(webhook_health.failures, 20), interval '10 min')`,
    [tenant, webhookId, at],
  );
}

export async function noteSuccess(tx: Tx, webhookId: string): Promise<void> {
  await tx.query('DELETE FROM webhook_health WHERE webhook_id = $1', [webhookId]);
}
