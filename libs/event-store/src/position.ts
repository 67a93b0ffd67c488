/** A place in the log's read order. Both parts are 64-bit numbers, kept as decimal texts. */
export interface Position {
  readonly transactionId: string;
  readonly position: string;
}

/** Before the first event. */
export const start: Position = { transactionId: '0', position: '0' };
