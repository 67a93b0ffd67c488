import type { Tx } from '@loam/database';
import type { EventCatalog, RecordedEvent } from './event-catalog';
import { EVENT_COLUMNS, toEvent, type EventRow } from './read';

/**
 * How far a reader of rows that carry their transaction's id has come. What was written below `settled` has been
 * read, every row of it; above it transactions may still commit in any order, so what was read there is remembered
 * by key.
 */
export interface Place {
  /** A transaction id. */
  readonly settled: string;
  /** The transaction id of each row that was read at or above `settled`, by the row's key. */
  readonly seen: ReadonlyMap<string, string>;
}

/** What is new to a reader, and where it stands then. */
export interface TenantChanges {
  readonly events: readonly RecordedEvent[];
  readonly place: Place;
}

/**
 * Where a reader stands that loads its tables only after this: whatever is committed later, it will be told.
 * What was committed already it may be told once more, so applying an event must not depend on its being new.
 */
export async function presentPlace(tx: Tx): Promise<Place> {
  const [row] = await tx.query<{ settled: string }[]>(
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS settled',
  );
  if (row === undefined) throw new Error('the database does not say where it stands');
  return { settled: row.settled, seen: new Map() };
}

/**
 * The place after rows were read from it.
 * @param settled the oldest transaction that was still running for the statement that read them
 */
export function placeAfter(
  place: Place,
  rows: readonly { readonly key: string; readonly transactionId: string }[],
  settled: string,
): Place {
  const horizon = BigInt(settled);
  const open = [...place.seen, ...rows.map(({ key, transactionId }) => [key, transactionId] as const)];
  return { settled, seen: new Map(open.filter(([, transactionId]) => BigInt(transactionId) >= horizon)) };
}

/**
 * The events of the transaction's tenant that became visible since a place. Unlike the followers of the whole log it
 * does not wait for older transactions to end, so a reader that asks after a commit sees that commit; each event
 * comes once, each stream's in the order of its revisions. Needs the index on (tenant_id, transaction_id).
 * @param most how many events may come at once
 * @returns undefined when there are more: load what you keep anew, after `presentPlace`
 */
export async function readTenantSince(
  tx: Tx,
  catalog: EventCatalog,
  place: Place,
  most: number,
): Promise<TenantChanges | undefined> {
  const rows = await tx.query<(EventRow & { settled: string })[]>(
    `SELECT ${EVENT_COLUMNS}, pg_snapshot_xmin(pg_current_snapshot())::text AS settled FROM events AS log
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND transaction_id >= $1::xid8 AND id <> ALL ($2::uuid[])
     ORDER BY log.transaction_id, log.position LIMIT $3`,
    [place.settled, [...place.seen.keys()], most + 1],
  );
  const [first] = rows;
  if (first === undefined) return { events: [], place };
  if (rows.length > most) return undefined;
  const read = rows.map((row) => ({ key: row.id, transactionId: row.transaction_id }));
  return {
    events: rows.map((row) => toEvent(row, catalog)),
    place: placeAfter(place, read, first.settled),
  };
}
