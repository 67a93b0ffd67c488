import { problemCodeSchema, type Failure } from '@loam/contracts/problems';
import type { RequestDefinition } from '@loam/contracts/define';
import { isOutage } from '@loam/database';
import { StreamConflict } from '@loam/event-store';
import type { Rejection } from '@loam/kernel';
import { isAway, Refused } from './refused';

/** Says of an error whether it means that a part is away, and not that something is wrong. */
export type OutageTest = (error: unknown) => boolean;

/** What this library itself knows to be an outage: the database, or another service. */
export const anyOutage =
  (more: readonly OutageTest[]): OutageTest =>
  (error) =>
    isOutage(error) || isAway(error) || more.some((test) => test(error));

const INTERNAL: Failure = { code: 'internal', detail: 'The service failed; the trace id leads to its log.' };

const CORRUPT: Failure = {
  code: 'blob-corrupt',
  detail: 'The stored bytes are damaged; the operator has been told.',
};

/** The object store's error; known by its code, since this library does without that one. */
const isCorrupt = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === CORRUPT.code;

/** What a thrown error becomes for the caller, and whether it is a fault of ours, to be logged. */
export function failureOf(
  error: unknown,
  isOutageToo: OutageTest,
): { readonly failure: Failure; readonly fault: boolean } {
  if (error instanceof Refused) return { failure: error.failure, fault: false };
  if (error instanceof StreamConflict)
    return {
      failure: { code: 'stream-conflict', detail: 'Read it again and decide anew.', retryAfterSeconds: 1 },
      fault: false,
    };
  if (isOutageToo(error))
    return {
      failure: {
        code: 'unavailable',
        detail: 'A part that this needs is away for the moment.',
        retryAfterSeconds: 1,
      },
      fault: false,
    };
  return { failure: isCorrupt(error) ? CORRUPT : INTERNAL, fault: true };
}

export const isRejection = (answer: unknown): answer is Rejection =>
  typeof answer === 'object' &&
  answer !== null &&
  'rejected' in answer &&
  typeof answer.rejected === 'string' &&
  'detail' in answer &&
  typeof answer.detail === 'string';

/**
 * The failure that a rejection is sent as.
 * @throws Error when the contract of the request does not list its code
 */
export function rejected({ problems, name }: RequestDefinition, rejection: Rejection): Refused {
  const code = problemCodeSchema.parse(rejection.rejected);
  if (!problems.includes(code)) throw new Error(`${name} has no problem ${code}`);
  const { detail, pointer } = rejection;
  const errors = rejection.errors ?? (pointer === undefined ? undefined : [{ code, detail, pointer }]);
  return new Refused({ code, detail, ...(errors === undefined ? {} : { errors: [...errors] }) });
}
