import { z } from 'zod';
import { toldByNameOnly } from '@loam/contracts/webhooks';
import type { UnitOfWork } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import { uuidv7 } from '@loam/kernel';
import type { gatewayJobs } from '../gateway.jobs';
import { findTenant } from '../tenant.queries';

const ids = z.array(z.object({ id: z.uuid() }));

/** Owes a delivery to each active webhook that wants to hear of such events; in the transaction that notes the event. */
export async function oweDeliveries(
  unit: UnitOfWork,
  jobs: Pick<Jobs<typeof gatewayJobs>, 'intend'>,
  { type, id, occurredAt }: { readonly type: string; readonly id: string; readonly occurredAt: string },
  message: (tenant: string) => object,
): Promise<void> {
  const wanted = ids.parse(
    await unit.tx.query<unknown[]>(
      "SELECT id FROM webhooks WHERE status = 'active' AND events && $1::text[] ORDER BY id",
      [toldByNameOnly.has(type) ? [type] : [type, '*']],
    ),
  );
  if (wanted.length === 0) return;
  const { tenant } = unit.context;
  const body = JSON.stringify(message((await findTenant(unit.tx))?.slug ?? ''));
  const deliveries = wanted.map(() => uuidv7());
  await unit.tx.query(
    `INSERT INTO webhook_deliveries (tenant_id, id, webhook_id, type, event_id, body, created_at)
     SELECT $1, d.id, d.webhook_id, $4, $5, $6, $7 FROM unnest($2::uuid[], $3::uuid[]) AS d (id, webhook_id)`,
    [tenant, deliveries, wanted.map((each) => each.id), type, id, body, occurredAt],
  );
  for (const deliveryId of deliveries) await jobs.intend(unit, 'deliverWebhook', deliveryId, { deliveryId });
}
