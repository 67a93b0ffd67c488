const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Connection does not exist / failure (08), cannot connect now, shutdown, crash (57P), out of resources (53). */
const SQL_STATE = /^(08...|57P0[1-5]|53...|58030)$/;
const MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Driver not Connected',
  // What TypeORM says to a transaction that goes on after its connection was lost.
  'already released',
  'the database system is',
];

/** Not by `instanceof`: errors of Node's own modules may come from another realm. */
const isError = (error: unknown): error is Error =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);

/**
 * Whether the error means that the database is away or out of room for now, so that the caller answers 503 and a
 * retry may succeed, and not that the statement was wrong. Codes: PostgreSQL appendix A.
 */
export function isOutage(error: unknown): boolean {
  if (!isError(error)) return false;
  const code = codeOf(error);
  if (typeof code === 'string' && (NETWORK.has(code) || SQL_STATE.test(code))) return true;
  if (MESSAGES.some((message) => error.message.includes(message))) return true;
  return 'driverError' in error && error.driverError !== error && isOutage(error.driverError);
}
