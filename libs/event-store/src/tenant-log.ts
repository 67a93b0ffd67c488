import { z } from 'zod';
import { envelopeSchema } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import type { EventCatalog, RecordedEvent } from './event-catalog';
import { NO_STREAM, StreamConflict } from './append';
import type { Position } from './position';
import { EVENT_COLUMNS, toStored, type EventRow } from './read';

/** An event exactly as it was written: `version` and `data` are those of that time. */
export const storedEventSchema = envelopeSchema.extend({ traceparent: z.string().nullable() });
export type StoredEvent = z.output<typeof storedEventSchema>;

/** The event in the newest version of its definition. */
export const lift = (catalog: EventCatalog, event: StoredEvent): RecordedEvent => ({
  ...event,
  ...catalog.decode(event.type, event.version, event.data),
});

/**
 * The next events of the transaction's tenant after a place, as they were written, in the order of the log and never
 * missing a commit: it stops below the oldest transaction that still runs. Needs `tenantLogIndex`.
 */
export async function readTenantLog(
  tx: Tx,
  after: Position,
  limit: number,
): Promise<{ readonly event: StoredEvent; readonly at: Position }[]> {
  const rows = await tx.query<EventRow[]>(
    `SELECT ${EVENT_COLUMNS} FROM events AS log
     WHERE tenant_id = current_setting('loam.tenant')::uuid
       AND (transaction_id, position) > ($1::xid8, $2::bigint)
       AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY log.transaction_id, log.position LIMIT $3`,
    [after.transactionId, after.position, limit],
  );
  return rows.map((row) => ({
    event: toStored(row),
    at: { transactionId: row.transaction_id, position: row.position },
  }));
}

/** Whether the transaction's tenant has any event. */
export async function hasHistory(tx: Tx): Promise<boolean> {
  const rows = await tx.query<unknown[]>(
    "SELECT 1 FROM events WHERE tenant_id = current_setting('loam.tenant')::uuid LIMIT 1",
  );
  return rows.length > 0;
}

/**
 * Writes events of the transaction's tenant again as they were.
 * @throws StreamConflict when one of them, or another at its place, is there already
 */
export async function insertStored(tx: Tx, events: readonly StoredEvent[]): Promise<void> {
  const inserted = await tx.query<unknown[]>(
    `INSERT INTO events (id, tenant_id, stream, revision, type, version, data, occurred_at, actor, correlation_id,
       causation_id, traceparent)
     SELECT id, tenant, stream, revision, type, version, data, "occurredAt", actor, "correlationId", "causationId",
       traceparent
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (id uuid, tenant uuid, stream text, revision int, type text,
       version smallint, data jsonb, "occurredAt" timestamptz, actor jsonb, "correlationId" text, "causationId" text,
       traceparent text)) WITH ORDINALITY AS given
     ORDER BY ordinality
     ON CONFLICT DO NOTHING RETURNING id`,
    [JSON.stringify(events)],
  );
  const [first] = events;
  if (first !== undefined && inserted.length !== events.length)
    throw new StreamConflict(first.stream, NO_STREAM);
}
