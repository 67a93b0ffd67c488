import { uuidv7 } from '@loam/kernel';

/** Where the transcripts of sessions are kept for a while. */
export const TRANSCRIPTS = 'capturer/transcripts/';

/** A place that nobody else writes to, since two may bring the same piece of a transcript at once. */
export const pieceKey = (tenant: string, sessionId: string, beginsAt: number): string =>
  `${TRANSCRIPTS}${tenant}/${sessionId}/${String(beginsAt)}-${uuidv7()}`;
