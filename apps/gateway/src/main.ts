import { startService } from '@loam/service';
import { DeadLetterDecided, TenantCreated, TokenIssued, TokenRevoked } from '@loam/contracts/gateway';
import { WebhookDisabled } from '@loam/contracts/webhooks';
import { Outbound, parseAllowList } from '@loam/outbound';
import { bootstrap } from './create-tenant/bootstrap';
import { frontOf } from './front';
import { gatewayEnvironment } from './gateway.env';
import { gatewayJobs } from './gateway.jobs';
import { gatewayModule } from './gateway.module';
import { httpDoor } from './http-door';
import { identity } from './identity.projection';
import { sweepDeliveries } from './deliver-webhooks/sweep-deliveries.job';
import { WebhookSender } from './deliver-webhooks/webhook-sender';
import { gatewayMigrations } from './gateway.migrations';
import { WebhookSecrets } from './webhook-secrets';
import { WebhookAdded, WebhookChanged, WebhookRemoved, WebhookSecretRotated } from './webhook.stream';
import { webhooks } from './webhooks.projection';

const DAY_MS = 86_400_000;

void startService({
  name: 'gateway',
  environment: gatewayEnvironment,
  migrations: gatewayMigrations,
  events: [
    ...[TenantCreated, TokenIssued, TokenRevoked, DeadLetterDecided],
    ...[WebhookAdded, WebhookChanged, WebhookSecretRotated, WebhookDisabled, WebhookRemoved],
  ],
  inline: [identity, webhooks],
  objects: true,
  jobs: {
    catalog: gatewayJobs,
    schedules: () => [{ job: 'sweepDeliveries', id: 'sweep-deliveries', everyMs: DAY_MS, data: {} }],
    handlers: ({ database, store, clock, config }) => {
      const outbound = new Outbound({
        allow: parseAllowList(config.LOAM_FETCH_ALLOW),
        timeoutMs: config.LOAM_WEBHOOK_TIMEOUT_MS,
      });
      const secrets = new WebhookSecrets(config.LOAM_PSEUDONYM_KEY);
      const disableAfterMs = config.LOAM_WEBHOOK_DISABLE_SECONDS * 1000;
      const sender = new WebhookSender({ database, store, outbound, secrets, clock, disableAfterMs });
      return {
        deliverWebhook: async ({ deliveryId }, { tenant, attempt, context }) => {
          if (tenant === null) throw new Error('a delivery belongs to a tenant');
          const actor = { type: 'service' as const, id: 'gateway' };
          const isLast = attempt >= gatewayJobs.deliverWebhook.attempts;
          await sender.deliver({ ...context, tenant, actor }, { deliveryId, isLast });
        },
        sweepDeliveries: async () => {
          await sweepDeliveries(database, new Date(clock().getTime() - 30 * DAY_MS));
        },
      };
    },
  },
  begin: async ({ store, config }) => {
    await bootstrap(store, config);
    return async () => undefined;
  },
  module: gatewayModule,
  http: async (parts) => ({
    adapter: await httpDoor(parts.metrics, frontOf(parts)),
    host: parts.config.LOAM_HOST,
    port: parts.config.LOAM_PORT,
  }),
});
