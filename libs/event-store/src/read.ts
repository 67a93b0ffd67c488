import { z } from 'zod';
import { actorSchema } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import type { EventCatalog, RecordedEvent } from './event-catalog';
import type { Position } from './position';

/** A row of the log as it is selected. */
export interface EventRow {
  readonly transaction_id: string;
  readonly position: string;
  readonly id: string;
  readonly tenant_id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
  readonly occurred_at: Date;
  readonly actor: unknown;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
}

// The two parts of a position come as texts of the same names: an ORDER BY must say that it means the columns.
export const EVENT_COLUMNS = `transaction_id::text, position::text, id, tenant_id, stream, revision, type, version, data,
  occurred_at, actor, correlation_id, causation_id, traceparent`;

/** A row as it was written; the order of the fields is that of `storedEventSchema`. */
export const toStored = (row: EventRow): RecordedEvent => ({
  id: row.id,
  type: row.type,
  version: row.version,
  stream: row.stream,
  revision: row.revision,
  occurredAt: row.occurred_at.toISOString(),
  correlationId: row.correlation_id,
  causationId: row.causation_id,
  tenant: row.tenant_id,
  actor: actorSchema.parse(row.actor),
  data: row.data,
  traceparent: row.traceparent,
});

/** Lifts a row to the newest version of its definition. */
export const toEvent = (row: EventRow, catalog: EventCatalog): RecordedEvent => ({
  ...toStored(row),
  ...catalog.decode(row.type, row.version, row.data),
});

/** The events of one stream of the transaction's tenant, first to last. */
export async function readStream(tx: Tx, catalog: EventCatalog, stream: string): Promise<RecordedEvent[]> {
  const rows = await tx.query<EventRow[]>(
    `SELECT ${EVENT_COLUMNS} FROM events
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND stream = $1 ORDER BY revision`,
    [stream],
  );
  return rows.map((row) => toEvent(row, catalog));
}

export interface PositionedEvent {
  readonly event: RecordedEvent;
  readonly at: Position;
}

/** Runs of neighbours that belong to one tenant: each is one transaction. */
export function byTenant(batch: readonly PositionedEvent[]): PositionedEvent[][] {
  const runs: PositionedEvent[][] = [];
  for (const item of batch) {
    const run = runs.at(-1);
    if (run?.at(-1)?.event.tenant === item.event.tenant) run.push(item);
    else runs.push([item]);
  }
  return runs;
}

/**
 * The next events of all tenants after a place, in an order that respects every stream's revisions and that can be
 * followed without ever missing a commit: it stops below the oldest transaction that still runs, because only above
 * it can something appear that sorts before what was read. An idle transaction delays the reader, never misleads it.
 * @param tx a transaction of the system role
 */
export const readSettled = (
  tx: Tx,
  catalog: EventCatalog,
  after: Position,
  limit: number,
): Promise<PositionedEvent[]> =>
  readAll(tx, catalog, after, limit, {
    events: 'events',
    and: 'AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())',
  });

/**
 * The same order, as far as the transaction's snapshot sees: for a rebuild, which compares with tables of the very
 * same snapshot.
 * @param events the table with its schema, since the search path points elsewhere
 */
export const readVisible = (
  tx: Tx,
  catalog: EventCatalog,
  after: Position,
  limit: number,
  events: string,
): Promise<PositionedEvent[]> => readAll(tx, catalog, after, limit, { events, and: '' });

async function readAll(
  tx: Tx,
  catalog: EventCatalog,
  after: Position,
  limit: number,
  source: { readonly events: string; readonly and: string },
): Promise<PositionedEvent[]> {
  const rows = await tx.query<EventRow[]>(
    `SELECT ${EVENT_COLUMNS} FROM ${source.events} AS log
     WHERE (transaction_id, position) > ($1::xid8, $2::bigint) ${source.and}
     ORDER BY log.transaction_id, log.position LIMIT $3`,
    [after.transactionId, after.position, limit],
  );
  return rows.map((row) => ({
    event: toEvent(row, catalog),
    at: { transactionId: row.transaction_id, position: row.position },
  }));
}

/** The place of an event, if it is in the log and before `at`. */
export async function positionBefore(tx: Tx, at: Position, id: string): Promise<Position | undefined> {
  const [row] = await tx.query<Pick<EventRow, 'transaction_id' | 'position'>[]>(
    `SELECT transaction_id::text, position::text FROM events
     WHERE id = $1 AND (transaction_id, position) < ($2::xid8, $3::bigint)`,
    [id, at.transactionId, at.position],
  );
  return row === undefined ? undefined : { transactionId: row.transaction_id, position: row.position };
}

const countSchema = z.object({ count: z.coerce.number() });

/** How many events the log holds. */
export async function countEvents(tx: Tx, events: string): Promise<number> {
  const [row] = await tx.query<unknown[]>(`SELECT count(*) AS count FROM ${events}`);
  return countSchema.parse(row).count;
}
