import { openTranscript, readMore, readRest, transcriptLine, type TranscriptRecord } from '@loam/capture';
import type { BlobStore } from '@loam/blobs';
import type { Database, Tx } from '@loam/database';
import { recordsOfCaptures } from './records-of-captures';

/** A part of a session's transcript: where it begins, as it was uploaded, and where its bytes are. */
export interface Piece {
  readonly beginsAt: number;
  readonly bytes: number;
  readonly key: string;
  readonly redacted: boolean;
}

/** The pieces of a session's transcript in order. */
export async function findPieces(tx: Tx, sessionId: string): Promise<Piece[]> {
  return tx.query<Piece[]>(
    `SELECT begins_at::float8 AS "beginsAt", bytes::float8, key, redacted FROM transcript_pieces
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1 ORDER BY begins_at`,
    [sessionId],
  );
}

/** The bytes of pieces one after the other. @throws Error where one of them is gone */
export async function* bytesOf(blobs: BlobStore, pieces: readonly Piece[]): AsyncIterable<Uint8Array> {
  for (const { key } of pieces) {
    const found = await blobs.get(key);
    if (found === undefined) throw new Error(`the piece ${key} of a transcript is gone`);
    yield* found.body;
  }
}

/** What bytes of a transcript tell, as they come. */
export async function* recordsIn(bytes: AsyncIterable<Uint8Array>): AsyncIterable<TranscriptRecord[]> {
  let state = openTranscript();
  for await (const some of bytes) {
    const read = readMore(state, some);
    state = read.state;
    if (read.records.length > 0) yield read.records;
  }
  const rest = readRest(state);
  if (rest.length > 0) yield rest;
}

/** The same records as lines, redacted, for a stream of bytes. */
export async function* linesOf(records: AsyncIterable<readonly TranscriptRecord[]>): AsyncIterable<Buffer> {
  for await (const some of records) yield Buffer.from(some.map(transcriptLine).join(''));
}

/**
 * What is known of a session, in order: its transcript, as far as it is redacted, or where there is none, what its
 * hooks told.
 */
export async function* recordsOfSession(
  { database, blobs }: { readonly database: Database; readonly blobs: BlobStore },
  tenant: string,
  sessionId: string,
): AsyncIterable<readonly TranscriptRecord[]> {
  const pieces = await database.tenant(tenant, (tx) => findPieces(tx, sessionId));
  const redacted = pieces.filter((piece) => piece.redacted);
  if (redacted.length > 0) yield* recordsIn(bytesOf(blobs, redacted));
  else yield await database.tenant(tenant, (tx) => recordsOfCaptures(tx, sessionId));
}
