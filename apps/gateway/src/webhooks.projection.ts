import { on, type Projection } from '@loam/event-store';
import { WebhookDisabled } from '@loam/contracts/webhooks';
import { WebhookAdded, WebhookChanged, WebhookRemoved, WebhookSecretRotated } from './webhook.stream';

const WHERE = 'WHERE tenant_id = $1 AND id = $2';

/** Which address is told of what. */
export const webhooks: Projection = {
  name: 'webhooks',
  tables: ['webhooks'],
  handlers: [
    on(WebhookAdded, async (tx, { tenant, data, occurredAt }) => {
      await tx.query(
        `INSERT INTO webhooks (tenant_id, id, url, events, description, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [tenant, data.webhookId, data.url, data.events, data.description, occurredAt],
      );
    }),
    on(WebhookChanged, async (tx, { tenant, data }) => {
      await tx.query(
        `UPDATE webhooks SET url = $3, events = $4, description = $5, status = $6, reason = NULL ${WHERE}`,
        [
          ...[tenant, data.webhookId, data.url, data.events, data.description],
          data.active ? 'active' : 'paused',
        ],
      );
    }),
    on(WebhookSecretRotated, async (tx, { tenant, data }) => {
      await tx.query(`UPDATE webhooks SET generation = $3, previous_until = $4 ${WHERE}`, [
        ...[tenant, data.webhookId, data.generation, data.previousUntil],
      ]);
    }),
    on(WebhookDisabled, async (tx, { tenant, data }) => {
      await tx.query(`UPDATE webhooks SET status = 'disabled', reason = $3 ${WHERE}`, [
        ...[tenant, data.webhookId, data.reason],
      ]);
    }),
    on(WebhookRemoved, async (tx, { tenant, data }) => {
      await tx.query(`DELETE FROM webhooks ${WHERE}`, [tenant, data.webhookId]);
    }),
  ],
};
