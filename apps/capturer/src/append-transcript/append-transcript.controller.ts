import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import { AppendTranscript } from '@loam/contracts/capture';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { EventStore, StreamConflict } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import { crashPoint, reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { isStagedFor } from '@loam/uploads';
import type { capturerJobs } from '../capturer.jobs';
import { BLOBS, TRANSCRIPT_BYTES } from '../capturer.parts';
import { despiteConflicts, noteHeard } from '../hear-sessions';
import { findKnown } from '../session.queries';
import { sessionStream } from '../session.stream';
import { pieceKey } from '../transcript-keys';

type Answer = Output<typeof AppendTranscript> | Rejection<ProblemOf<typeof AppendTranscript>>;
type Piece = Input<typeof AppendTranscript>;

const KEEP = `
  INSERT INTO transcript_pieces (tenant_id, session_id, begins_at, bytes, key, redacted)
  VALUES (current_setting('loam.tenant')::uuid, $1, $2, $3, $4, false)
  ON CONFLICT (tenant_id, session_id, begins_at) DO NOTHING RETURNING key`;

@Controller()
export class AppendTranscriptController {
  constructor(
    private readonly store: EventStore,
    private readonly jobs: Jobs<typeof capturerJobs>,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(TRANSCRIPT_BYTES) private readonly most: number,
  ) {}

  /** Whatever the answer is, it is final for these bytes: the staged upload goes. */
  @OnRequest(AppendTranscript)
  async append(piece: Piece, call: Call): Promise<Answer> {
    if (!isStagedFor(call.tenant, piece.stagingKey)) return reject('upload-lost', 'There is no such upload.');
    const known = await this.store.database.tenant(call.tenant, (tx) => findKnown(tx, [piece.session]));
    const there = known.get(piece.session)?.transcriptBytes ?? 0;
    const answer = this.judge(piece, there) ?? (await this.keep(piece, call));
    await this.blobs.delete(piece.stagingKey);
    return answer;
  }

  /** What is to be said without looking at the bytes; undefined where they are the next ones. */
  private judge({ session, offset, bytes }: Piece, there: number): Answer | undefined {
    if (bytes === 0 && offset === there) return { session, offset: there };
    if (bytes > 0 && offset + bytes <= there) return { session, offset: there };
    if (offset !== there)
      return {
        rejected: 'transcript-gap',
        detail: `The next bytes are expected at ${String(there)}.`,
        errors: [{ code: 'transcript-gap', detail: String(there), pointer: '/offset' }],
      };
    if (there + bytes > this.most)
      return reject('transcript-too-large', `A transcript has at most ${String(this.most)} bytes.`);
    return undefined;
  }

  private async keep(piece: Piece, call: Call): Promise<Answer> {
    const { session: sessionId, person, offset, bytes } = piece;
    const key = pieceKey(call.tenant, sessionId, offset);
    await this.blobs.copy(piece.stagingKey, key);
    crashPoint('transcript.stored');
    return despiteConflicts(this.store, call.context, async (unit) => {
      const known = await findKnown(unit.tx, [sessionId]);
      const judged = this.judge(piece, known.get(sessionId)?.transcriptBytes ?? 0);
      if (judged !== undefined) return judged;
      const author = call.identity.actor.id;
      const heard = { sessionId, author, person, project: null, client: null, captures: [], bytes };
      await noteHeard(unit, this.jobs, known, [heard]);
      const kept = await unit.tx.query<unknown[]>(KEEP, [sessionId, offset, bytes, key]);
      // Somebody else has brought these bytes at the same moment.
      if (kept.length === 0) throw new StreamConflict(sessionStream(call.tenant, sessionId), offset);
      return { session: sessionId, offset: offset + bytes };
    });
  }
}
