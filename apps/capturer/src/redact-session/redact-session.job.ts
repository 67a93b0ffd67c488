import { Readable } from 'node:stream';
import { crashPoint } from '@loam/kernel';
import { sessionStep, type Step, type StepParts } from '../session-step';
import { bytesOf, findPieces, linesOf, recordsIn, type Piece } from '../transcript';
import { pieceKey } from '../transcript-keys';

const REMOVE = `DELETE FROM transcript_pieces
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1 AND key = ANY ($2)`;
// Nothing where another worker has done it meanwhile; what was written for it is then swept.
const ADD = `INSERT INTO transcript_pieces (tenant_id, session_id, begins_at, bytes, key, redacted)
  VALUES (current_setting('loam.tenant')::uuid, $1, $2, $3, $4, true) ON CONFLICT DO NOTHING`;

/**
 * Puts what may be kept in the place of what was uploaded: the records that are looked at, redacted, one per line. A
 * client of ours has sent nothing else; of any other nothing stays.
 */
export const redactSession = (parts: StepParts) =>
  sessionStep(parts, 'redactSession', ['ended'], async (step) => {
    const { store, context, sessionId } = step;
    const pieces = await store.database.tenant(context.tenant, (tx) => findPieces(tx, sessionId));
    const raw = pieces.filter(({ redacted }) => !redacted);
    if (raw.length > 0) await redact(step, raw);
    crashPoint('session.redacted');
    await store.transaction(context, (unit) => step.owe(unit, 'scoreSession'));
  });

async function redact({ store, blobs, context, sessionId }: Step, raw: readonly Piece[]): Promise<void> {
  const [first] = raw;
  if (first === undefined) return;
  const key = pieceKey(context.tenant, sessionId, first.beginsAt);
  await blobs.put(key, Readable.from(linesOf(recordsIn(bytesOf(blobs, raw)))));
  const keys = raw.map((piece) => piece.key);
  const bytes = raw.reduce((sum, piece) => sum + piece.bytes, 0);
  await store.database.tenant(context.tenant, async (tx) => {
    await tx.query(REMOVE, [sessionId, keys]);
    await tx.query(ADD, [sessionId, first.beginsAt, bytes, key]);
  });
  for (const gone of keys) await blobs.delete(gone, { durable: false });
}
