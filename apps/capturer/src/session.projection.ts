import {
  SessionDeferred,
  SessionDismissed,
  SessionDrafted,
  SessionEnded,
  SessionExtended,
  SessionFailed,
  SessionScored,
  SessionStarted,
} from '@loam/contracts/capture';
import { on, type Projection } from '@loam/event-store';

const SET = (assignments: string): string =>
  `UPDATE sessions SET revision = $3, ${assignments} WHERE tenant_id = $1 AND id = $2`;

/** How far each session has come. */
export const sessions: Projection = {
  name: 'sessions',
  tables: ['sessions'],
  handlers: [
    on(SessionStarted, async (tx, { tenant, occurredAt, revision, data }) => {
      await tx.query(
        `INSERT INTO sessions (tenant_id, id, revision, status, round, author, person, project, client, started_at)
         VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9)`,
        [
          ...[tenant, data.sessionId, revision, data.round, data.author, data.person, data.project],
          ...[data.client, occurredAt],
        ],
      );
    }),
    on(SessionExtended, async (tx, { tenant, revision, data }) => {
      await tx.query(SET("status = 'open', round = $4, reason = NULL, waits_until = NULL"), [
        ...[tenant, data.sessionId, revision, data.round],
      ]);
    }),
    on(SessionEnded, async (tx, { tenant, occurredAt, revision, data }) => {
      await tx.query(SET("status = 'ended', ended_at = $4, end_reason = $5"), [
        ...[tenant, data.sessionId, revision, occurredAt, data.reason],
      ]);
    }),
    on(SessionScored, async (tx, { tenant, occurredAt, revision, data }) => {
      await tx.query(
        SET("status = 'scored', score = $4, signals = $5, scored_at = $6, fingerprint = $7, reason = NULL"),
        [
          ...[tenant, data.sessionId, revision, data.score, JSON.stringify(data.signals), occurredAt],
          data.fingerprint,
        ],
      );
    }),
    on(SessionDismissed, async (tx, { tenant, revision, data }) => {
      await tx.query(SET("status = 'dismissed', reason = $4, waits_until = NULL"), [
        ...[tenant, data.sessionId, revision, data.reason],
      ]);
    }),
    on(SessionDeferred, async (tx, { tenant, revision, data }) => {
      await tx.query(SET("status = 'waiting', reason = $4, waits_until = $5"), [
        ...[tenant, data.sessionId, revision, data.reason, data.until],
      ]);
    }),
    on(SessionDrafted, async (tx, { tenant, occurredAt, revision, data }) => {
      await tx.query(
        SET("status = 'drafted', draft_id = $4, drafted_at = $5, reason = NULL, waits_until = NULL"),
        [...[tenant, data.sessionId, revision, data.draftId, occurredAt]],
      );
    }),
    on(SessionFailed, async (tx, { tenant, revision, data }) => {
      await tx.query(SET("status = 'failed', reason = $4, waits_until = NULL"), [
        ...[tenant, data.sessionId, revision, `${data.step}: ${data.reason}`],
      ]);
    }),
  ],
};
