import { problems, type Failure, type ProblemError } from '@loam/contracts/problems';
import type { z } from 'zod';

/** Thrown where the answer to a request is this failure; it reaches the caller as it is. */
export class Refused extends Error {
  constructor(
    readonly failure: Failure,
    cause?: unknown,
  ) {
    super(`${failure.code}: ${failure.detail}`, cause === undefined ? undefined : { cause });
  }
}

/** Whether a part that is needed was away, so that trying again later may succeed. */
export const isAway = (error: unknown): boolean =>
  error instanceof Refused && problems[error.failure.code].status === 503;

const MOST_ERRORS = 20;

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What is wrong with a message, by JSON pointer; the first twenty. */
export const errorsOf = (error: z.ZodError): ProblemError[] =>
  error.issues
    .slice(0, MOST_ERRORS)
    .map(({ code, message, path }) => ({ code, detail: message, pointer: pointerOf(path) }));
