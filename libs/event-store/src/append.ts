import type { Fact } from '@loam/contracts/define';
import type { Tx } from '@loam/database';
import { uuidv7, type Clock } from '@loam/kernel';
import type { EventCatalog, EventContext, RecordedEvent } from './event-catalog';

/** The revision of a stream before its first event. */
export const NO_STREAM = -1;

/** Somebody else appended to the stream first; read it again and decide anew. */
export class StreamConflict extends Error {
  readonly code = 'stream-conflict';

  constructor(
    readonly stream: string,
    readonly expected: number,
  ) {
    super(`stream ${stream} is not at revision ${String(expected)} any more`);
  }
}

/** What led to an event. */
export type Cause = Pick<EventContext, 'correlationId' | 'causationId' | 'traceparent'>;

/** Facts for one stream, and the revision of its last event as the decision saw it. */
export interface Append {
  readonly stream: string;
  readonly expected: number;
  readonly facts: readonly Fact[];
  /** Where it is not that of the whole transaction. */
  readonly cause?: Cause;
}

// One statement for all streams. It refuses a transaction that has written already: such a transaction may have got
// its id before another one that committed to the same stream meanwhile, and the read order would contradict the
// revisions. It refuses a stream whose last event is not the expected one: a gap by the guard, a race by the key.
const INSERT = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g(
      id uuid, stream text, revision int, expected int, type text, version smallint, data jsonb, ordinal int,
      correlation text, causation text, trace text)
  )
  INSERT INTO events (id, tenant_id, stream, revision, type, version, data, occurred_at, actor, correlation_id,
    causation_id, traceparent)
  SELECT g.id, $2, g.stream, g.revision, g.type, g.version, g.data, $3, $4, g.correlation, g.causation, g.trace
  FROM given g
  WHERE pg_current_xact_id_if_assigned() IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM given e WHERE e.expected >= 0 AND NOT EXISTS (
        SELECT 1 FROM events x WHERE x.tenant_id = $2 AND x.stream = e.stream AND x.revision = e.expected))
  ORDER BY g.ordinal`;

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505';

/**
 * Appends facts to one or more streams in one statement, as the first write of the transaction.
 * @throws StreamConflict when a stream is not where the decision saw it
 */
export async function append(
  tx: Tx,
  catalog: EventCatalog,
  clock: Clock,
  context: EventContext,
  appends: readonly Append[],
): Promise<RecordedEvent[]> {
  const occurredAt = clock().toISOString();
  const recorded = appends.flatMap(({ stream, expected, facts, cause }) =>
    facts.map((fact, index): RecordedEvent & { expected: number } => ({
      id: uuidv7(),
      ...catalog.encode(fact),
      stream,
      revision: expected + 1 + index,
      expected,
      occurredAt,
      ...context,
      ...cause,
    })),
  );
  const [first] = appends;
  if (first === undefined || recorded.length === 0) return [];
  const rows = recorded.map(({ id, stream, revision, expected, type, version, data, ...event }, ordinal) => ({
    ...{ id, stream, revision, expected, type, version, data, ordinal },
    ...{ correlation: event.correlationId, causation: event.causationId, trace: event.traceparent },
  }));
  const { tenant, actor } = context;
  try {
    const inserted = await tx.query<{ id: string }[]>(`${INSERT} RETURNING id`, [
      ...[JSON.stringify(rows), tenant, occurredAt, JSON.stringify(actor)],
    ]);
    if (inserted.length === rows.length) return recorded;
  } catch (error) {
    if (isUniqueViolation(error)) throw new StreamConflict(first.stream, first.expected);
    throw error;
  }
  const [state] = await tx.query<{ written: boolean }[]>(
    'SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS written',
  );
  if (state?.written === true) throw new Error('an append must be the first write of its transaction');
  throw new StreamConflict(first.stream, first.expected);
}
