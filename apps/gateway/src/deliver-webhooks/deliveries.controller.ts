import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/webhooks';
import { WEBHOOK_PING } from '@loam/contracts/webhooks';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { uuidv7 } from '@loam/kernel';
import { Refused } from '@loam/messaging';
import type { Edge } from '../edge';
import type { gatewayJobs } from '../gateway.jobs';
import { Route, type Given } from '../route';
import { findTenant } from '../tenant.queries';
import { deliveriesIn, DELIVERY, findWebhook, type DeliveryRow } from '../webhook.queries';
import { pingMessage } from './message';

@Controller()
export class DeliveriesController {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof gatewayJobs>,
  ) {}

  @Route(http.listDeliveries)
  async list({ params, query }: Given<typeof http.listDeliveries>, { principal }: Edge) {
    return this.database.tenant(principal.tenantId, async (tx) => {
      if ((await findWebhook(tx, params.id)) === undefined) throw unknownWebhook();
      const rows = await tx.query<unknown[]>(
        `SELECT ${DELIVERY} FROM webhook_deliveries WHERE webhook_id = $1 AND ($2::text IS NULL OR status = $2)
         ORDER BY created_at DESC, id DESC LIMIT $3`,
        [params.id, query.status ?? null, query.limit],
      );
      return deliveriesIn(rows);
    });
  }

  @Route(http.pingWebhook)
  async ping({ params }: Given<typeof http.pingWebhook>, { context }: Edge) {
    const [deliveryId, at] = [uuidv7(), new Date().toISOString()];
    return this.store.transaction(context, async (unit) => {
      const { tx } = unit;
      if ((await findWebhook(tx, params.id)) === undefined) throw unknownWebhook();
      const body = JSON.stringify(pingMessage(deliveryId, at, (await findTenant(tx))?.slug ?? ''));
      const rows = await tx.query<unknown[]>(
        `INSERT INTO webhook_deliveries (tenant_id, id, webhook_id, type, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${DELIVERY}`,
        [context.tenant, deliveryId, params.id, WEBHOOK_PING, body, at],
      );
      await this.jobs.intend(unit, 'deliverWebhook', deliveryId, { deliveryId });
      return theOne(rows);
    });
  }

  @Route(http.replayDelivery)
  async replay({ params }: Given<typeof http.replayDelivery>, { context }: Edge) {
    return this.store.transaction(context, async (unit) => {
      const rounds = await unit.tx.query<{ round: number }[]>(
        'SELECT round + 1 AS round FROM webhook_deliveries WHERE id = $1 AND webhook_id = $2 FOR UPDATE',
        [params.delivery, params.id],
      );
      const round = rounds[0]?.round;
      if (round === undefined)
        throw new Refused({ code: 'delivery-not-found', detail: 'There is no such delivery.' });
      await unit.tx.query("UPDATE webhook_deliveries SET status = 'pending', round = $2 WHERE id = $1", [
        ...[params.delivery, round],
      ]);
      const key = `${params.delivery} ${String(round)}`;
      await this.jobs.intend(unit, 'deliverWebhook', key, { deliveryId: params.delivery });
      const rows = await unit.tx.query<unknown[]>(
        `SELECT ${DELIVERY} FROM webhook_deliveries WHERE id = $1`,
        [...[params.delivery]],
      );
      return theOne(rows);
    });
  }
}

function theOne(rows: unknown): DeliveryRow {
  const [row] = deliveriesIn(rows);
  if (row === undefined) throw new Error('there is such a delivery');
  return row;
}

const unknownWebhook = (): Refused =>
  new Refused({ code: 'webhook-not-found', detail: 'There is no such webhook.' });
