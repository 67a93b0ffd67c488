import { Controller } from '@nestjs/common';
import { fact } from '@loam/contracts/define';
import * as http from '@loam/contracts/http/webhooks';
import { Database, type Tx } from '@loam/database';
import { EventStore, NO_STREAM, type EventContext } from '@loam/event-store';
import { reject, uuidv7 } from '@loam/kernel';
import { Outbound } from '@loam/outbound';
import type { Edge } from '../edge';
import { refuse } from '../refuse';
import { Route, type Given } from '../route';
import { WebhookSecrets } from '../webhook-secrets';
import { WebhookAdded, webhookEvents, webhookStream } from '../webhook.stream';
import { allWebhooks, findWebhook, type WebhookRow } from '../webhook.queries';
import { changeWebhook, removeWebhook } from './manage-webhooks.decider';

/** Each event costs a delivery per webhook. */
const MOST = 20;
/** How long receivers have to take over a new secret. */
const OVERLAP_MS = 86_400_000;

@Controller()
export class ManageWebhooksController {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly secrets: WebhookSecrets,
    private readonly outbound: Outbound,
  ) {}

  @Route(http.addWebhook)
  async add({ body }: Given<typeof http.addWebhook>, { context }: Edge) {
    const { tenant } = context;
    await this.judgeAddress(body.url);
    const webhookId = uuidv7();
    await this.store.transaction(context, async (unit) => {
      const [event] = await unit.append({
        stream: webhookStream(tenant, webhookId),
        expected: NO_STREAM,
        facts: [fact(WebhookAdded, { webhookId, ...body })],
      });
      if (event === undefined || (await allWebhooks(unit.tx)).length > MOST)
        refuse(reject('webhook-limit', `A tenant may have ${String(MOST)} webhooks.`));
    });
    const webhook = await this.read(context, webhookId);
    return { ...webhook, secret: this.secrets.of(tenant, webhookId, 1) };
  }

  @Route(http.listWebhooks)
  async list(_given: Given<typeof http.listWebhooks>, { principal }: Edge) {
    return this.database.tenant(principal.tenantId, allWebhooks);
  }

  @Route(http.changeWebhook)
  async change({ params, body }: Given<typeof http.changeWebhook>, { context }: Edge) {
    const { rotate_secret: rotates, ...wanted } = body;
    if (wanted.url !== undefined) await this.judgeAddress(wanted.url);
    const previousUntil = rotates ? new Date(Date.now() + OVERLAP_MS).toISOString() : null;
    const outcome = await this.store.execute(context, {
      ...{ stream: webhookStream(context.tenant, params.id), events: webhookEvents, decider: changeWebhook },
      command: { webhookId: params.id, ...wanted, previousUntil },
    });
    refuse('rejected' in outcome ? outcome : undefined);
    const webhook = await this.read(context, params.id);
    if (!rotates) return webhook;
    const generation = await this.database.tenant(context.tenant, (tx) => generationOf(tx, params.id));
    return { ...webhook, secret: this.secrets.of(context.tenant, params.id, generation) };
  }

  @Route(http.removeWebhook)
  async remove({ params }: Given<typeof http.removeWebhook>, { context }: Edge): Promise<void> {
    const outcome = await this.store.execute(context, {
      ...{ stream: webhookStream(context.tenant, params.id), events: webhookEvents, decider: removeWebhook },
      command: { webhookId: params.id },
    });
    refuse('rejected' in outcome ? outcome : undefined);
  }

  private async judgeAddress(url: string): Promise<void> {
    const reason = await this.outbound.refusal(url);
    if (reason !== null) refuse(reject('webhook-address-refused', reason, '/url'));
  }

  private async read({ tenant }: EventContext, id: string): Promise<WebhookRow> {
    const webhook = await this.database.tenant(tenant, (tx) => findWebhook(tx, id));
    if (webhook === undefined) throw new Error('the webhook was removed meanwhile');
    return webhook;
  }
}

async function generationOf(tx: Tx, id: string): Promise<number> {
  const rows = await tx.query<{ generation: number }[]>('SELECT generation FROM webhooks WHERE id = $1', [
    id,
  ]);
  return rows[0]?.generation ?? 1;
}
