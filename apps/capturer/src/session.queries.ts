import { z } from 'zod';
import { captureSessionSchema, sessionStatusSchema, type CaptureSession } from '@loam/contracts/capture';
import type { Tx } from '@loam/database';

const OWN = "tenant_id = current_setting('loam.tenant')::uuid";

const time = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const knownSchema = z.object({
  id: z.uuid(),
  status: sessionStatusSchema,
  round: z.int(),
  revision: z.int(),
  transcriptBytes: z.coerce.number(),
  awaitedBytes: z.coerce.number().nullable(),
  endReason: z.string().nullable(),
  endSequence: z.coerce.number().nullable(),
  busy: z.boolean(),
});
/** What is known of a session when something more is heard of it. */
export type KnownSession = z.output<typeof knownSchema>;

/** Those of these sessions that are known. */
export async function findKnown(tx: Tx, ids: readonly string[]): Promise<Map<string, KnownSession>> {
  const rows = await tx.query<unknown[]>(
    `SELECT s.id, s.status, s.round, s.revision, a.transcript_bytes AS "transcriptBytes",
       a.awaited_bytes AS "awaitedBytes", a.end_reason AS "endReason", a.end_sequence AS "endSequence", a.busy
     FROM sessions s JOIN session_activity a ON a.tenant_id = s.tenant_id AND a.session_id = s.id
     WHERE s.${OWN} AND s.id = ANY ($1)`,
    [ids],
  );
  return new Map(
    knownSchema
      .array()
      .parse(rows)
      .map((known) => [known.id, known]),
  );
}

const SESSION = `s.id, s.status, s.person, s.project, s.client, a.captures,
  a.transcript_bytes::float8 AS "transcriptBytes", ${time('s.started_at')} AS "startedAt",
  ${time('a.last_heard_at')} AS "lastHeardAt", ${time('s.ended_at')} AS "endedAt", s.end_reason AS "endReason",
  s.score, s.signals, ${time('s.scored_at')} AS "scoredAt", s.reason, ${time('s.waits_until')} AS "waitsUntil",
  s.draft_id AS "draftId", ${time('s.drafted_at')} AS "draftedAt"`;

interface Wanted {
  readonly status: string | null;
  readonly session: string | null;
  readonly limit: number;
}

/** Sessions of the transaction's tenant, the newest first. */
export async function findSessions(tx: Tx, { status, session, limit }: Wanted): Promise<CaptureSession[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${SESSION} FROM sessions s
       JOIN session_activity a ON a.tenant_id = s.tenant_id AND a.session_id = s.id
     WHERE s.${OWN} AND ($1::text IS NULL OR s.status = $1) AND ($2::uuid IS NULL OR s.id = $2)
     ORDER BY s.started_at DESC, s.id LIMIT $3`,
    [status, session, limit],
  );
  return captureSessionSchema.array().parse(rows);
}
