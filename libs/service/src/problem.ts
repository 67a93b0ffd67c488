import type { ServerResponse } from 'node:http';
import { problems, type Failure, type Problem } from '@loam/contracts/problems';

/** The problem document (RFC 9457) of a failure. */
export const toProblem = (failure: Failure, traceId: string): Problem => ({
  type: `urn:loam:problem:${failure.code}`,
  title: problems[failure.code].title,
  status: problems[failure.code].status,
  detail: failure.detail,
  code: failure.code,
  errors: failure.errors ?? [],
  traceId,
  error: failure.code,
  message: failure.detail,
});

/** When to ask again, where the failure does not say. */
const RETRY_AFTER_SECONDS = 2;

/** The headers of that document's answer; `Retry-After`, in whole seconds, wherever asking again may help. */
export function problemHeaders(failure: Failure): Record<string, string> {
  const type = { 'content-type': 'application/problem+json; charset=utf-8' };
  const { status } = problems[failure.code];
  if (status !== 429 && status !== 503) return type;
  const seconds = Math.max(1, Math.ceil(failure.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
  return { ...type, 'retry-after': String(seconds) };
}

/** Answers a plain Node request with the problem document of a failure. */
export function sendProblem(response: ServerResponse, failure: Failure, traceId: string): void {
  const problem = toProblem(failure, traceId);
  response.writeHead(problem.status, problemHeaders(failure)).end(JSON.stringify(problem));
}
