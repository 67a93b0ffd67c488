import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { Input, Output } from '@loam/contracts/define';
import { GetUsageNews, usageNewsTypeSchema } from '@loam/contracts/usage';
import { Database } from '@loam/database';
import { presentPlace } from '@loam/event-store';
import { OnRequest, type Call } from '@loam/messaging';

const SERVICE = 'telemetry.';
const TYPES = usageNewsTypeSchema.options.map((type) => `${SERVICE}${type}`);

/** Below the oldest transaction that still runs, so that what is committed later never lies before what was told. */
const NEWS = `
  SELECT transaction_id || '_' || position AS position, substr(type, ${String(SERVICE.length + 1)}) AS type, occurred_at AS at, data
  FROM events WHERE tenant_id = current_setting('loam.tenant')::uuid AND type = ANY($1)
    AND (transaction_id, position) > ($2::xid8, $3::bigint) AND transaction_id < $4::xid8
  ORDER BY transaction_id, events.position LIMIT $5`;

const rowsSchema = z.array(
  GetUsageNews.output.shape.news.element.extend({ at: z.date().transform((at) => at.toISOString()) }),
);

@Controller()
export class TellNewsController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetUsageNews)
  async news({ after, limit }: Input<typeof GetUsageNews>, call: Call): Promise<Output<typeof GetUsageNews>> {
    return this.database.tenant(call.tenant, async (tx) => {
      const { settled } = await presentPlace(tx);
      const [transaction = settled, position = '0'] = after?.split('_') ?? [];
      // A place beyond the present is of another database, or of before this one was restored.
      if (BigInt(transaction) > BigInt(settled) || after === null)
        return { news: [], next: `${settled}_0`, more: false };
      const rows = await tx.query<unknown[]>(NEWS, [TYPES, transaction, position, settled, limit + 1]);
      const news = rowsSchema.parse(rows.slice(0, limit));
      return { news, next: news.at(-1)?.position ?? after, more: rows.length > limit };
    });
  }
}
