import { z } from 'zod';
import type { Tx } from '@loam/database';

const time = z
  .date()
  .transform((date) => date.toISOString())
  .nullable();

const webhookRow = z.object({
  id: z.uuid(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string(),
  status: z.enum(['active', 'paused', 'disabled']),
  reason: z.string().nullable(),
  created_at: z.date().transform((date) => date.toISOString()),
  failing_since: time,
  previous_secret_until: time,
});
export type WebhookRow = z.output<typeof webhookRow>;

const WEBHOOKS = `SELECT w.id, w.url, w.events, w.description, w.status, w.reason, w.created_at, h.failing_since,
    w.previous_until AS previous_secret_until
  FROM webhooks w LEFT JOIN webhook_health h ON h.tenant_id = w.tenant_id AND h.webhook_id = w.id`;

/** All webhooks of the transaction's tenant, the oldest first. */
export const allWebhooks = async (tx: Tx): Promise<WebhookRow[]> =>
  z.array(webhookRow).parse(await tx.query<unknown[]>(`${WEBHOOKS} ORDER BY w.created_at, w.id`));

export const findWebhook = async (tx: Tx, id: string): Promise<WebhookRow | undefined> =>
  webhookRow.optional().parse((await tx.query<unknown[]>(`${WEBHOOKS} WHERE w.id = $1`, [id]))[0]);

const deliveryRow = z.object({
  id: z.uuid(),
  type: z.string(),
  event_id: z.string().nullable(),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  answer_status: z.int().nullable(),
  answer: z.string().nullable(),
  error: z.string().nullable(),
  created_at: z.date().transform((date) => date.toISOString()),
  last_attempt_at: time,
});
export type DeliveryRow = z.output<typeof deliveryRow>;

export const DELIVERY =
  'id, type, event_id, status, attempts, answer_status, answer, error, created_at, last_attempt_at';

export const deliveriesIn = (rows: unknown): DeliveryRow[] => z.array(deliveryRow).parse(rows);
