import type { ProblemCode } from '@loam/contracts/problems';
import type { Rejection } from '@loam/kernel';
import { Refused } from '@loam/messaging';

/** Makes the answer of what a decision refused. @throws Refused unless there is nothing to refuse */
export function refuse(rejection: Rejection<ProblemCode> | undefined): void {
  if (rejection === undefined) return;
  const { rejected: code, detail, pointer } = rejection;
  throw new Refused({
    code,
    detail,
    ...(pointer === undefined ? {} : { errors: [{ code, detail, pointer }] }),
  });
}
