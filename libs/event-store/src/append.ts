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

// One statement for all streams, which fails rather than to write less: what is sent behind it then fails too.
// It leaves a column empty that must not be:
// - `version` in a transaction that has written already. Such a transaction may have got its id before another one
//   that committed to the same stream meanwhile, and the read order would contradict the revisions.
// - `revision` where the stream has not got so far as its last event is expected to be. A race is met by the key.
// The order is also what keeps the defaults of the table, which give the transaction its id, from being made first.
const INSERT = `
  INSERT INTO events (id, tenant_id, stream, revision, type, version, data, occurred_at, actor, correlation_id,
    causation_id, traceparent)
  SELECT g.id, $2, g.stream,
    CASE WHEN g.expected < 0 THEN g.revision ELSE g.revision - g.expected + (SELECT x.revision FROM events x
      WHERE x.tenant_id = $2 AND x.stream = g.stream AND x.revision = g.expected) END,
    g.type, CASE WHEN (SELECT pg_current_xact_id_if_assigned()) IS NULL THEN g.version END,
    g.data, $3, $4, g.correlation, g.causation, g.trace
  FROM jsonb_to_recordset($1::jsonb) AS g(
    id uuid, stream text, revision int, expected int, type text, version smallint, data jsonb, ordinal int,
    correlation text, causation text, trace text)
  ORDER BY g.ordinal`;

const UNIQUE_VIOLATION = '23505';
const NOT_NULL_VIOLATION = '23502';

const fieldOf = (error: unknown, field: 'code' | 'column'): unknown =>
  error instanceof Error ? Reflect.get(error, field) : undefined;

/** What the failure of an append means. */
function refusalOf(error: unknown, { stream, expected }: Append): unknown {
  const code = fieldOf(error, 'code');
  const missing = code === NOT_NULL_VIOLATION ? fieldOf(error, 'column') : undefined;
  if (code === UNIQUE_VIOLATION || missing === 'revision') return new StreamConflict(stream, expected);
  if (missing === 'version') return new Error('an append must be the first write of its transaction');
  return error;
}

/** Facts as they were appended, unless the statement that does it is refused. */
interface Appended {
  readonly events: readonly RecordedEvent[];
  /** What to tell instead of a failure of the transaction. */
  readonly explain: (error: unknown) => unknown;
}

/**
 * Appends facts to one or more streams in one statement, as the first write of the transaction, and does not wait for
 * it. Where a stream is not where the decision saw it, the transaction fails, which is explained as StreamConflict.
 */
export function append(
  tx: Tx,
  catalog: EventCatalog,
  clock: Clock,
  context: EventContext,
  appends: readonly Append[],
): Appended {
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
  if (first === undefined || recorded.length === 0) return { events: [], explain: (error) => error };
  const rows = recorded.map(({ id, stream, revision, expected, type, version, data, ...event }, ordinal) => ({
    ...{ id, stream, revision, expected, type, version, data, ordinal },
    ...{ correlation: event.correlationId, causation: event.causationId, trace: event.traceparent },
  }));
  const { tenant, actor } = context;
  let refusal: unknown;
  tx.query(INSERT, [JSON.stringify(rows), tenant, occurredAt, JSON.stringify(actor)]).catch(
    (error: unknown) => (refusal = error),
  );
  return {
    events: recorded,
    explain: (error) => (error === refusal ? refusalOf(error, first) : error),
  };
}
