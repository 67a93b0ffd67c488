import { BundleProblem } from '@loam/bundles';
import type { ProblemError } from '@loam/contracts/problems';
import { ExitCode, Failure } from './failure';
import { plain } from './text';

/** The failure that an error stands for; errors that nobody foresaw become the unexpected kind. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof BundleProblem) {
    const { code, detail, pointer } = error;
    const errors = [{ code, detail, ...(pointer === undefined ? {} : { pointer }) }];
    return new Failure({ exitCode: ExitCode.refused, code, what: detail, errors });
  }
  const what = error instanceof Error ? error.message : String(error);
  return new Failure({ exitCode: ExitCode.unexpected, code: 'unexpected', what });
}

const placeOf = ({ detail, pointer }: ProblemError, what: string): string[] => {
  const parts = [...(pointer === undefined ? [] : [pointer]), ...(detail === what ? [] : [detail])];
  return parts.length === 0 ? [] : [`  ${parts.map(plain).join(': ')}`];
};

/** What happened, where, and what to do, for people. */
export function explanation({ facts }: Failure): string {
  const { code, what, errors = [], remedy, traceId } = facts;
  return [
    `${plain(what)} [${code}]`,
    ...errors.flatMap((error) => placeOf(error, what)),
    ...(remedy === undefined ? [] : [remedy]),
    ...(traceId === undefined ? [] : [`Trace ${plain(traceId)}`]),
  ].join('\n');
}

/** The same for programs. */
export function failureDocument({ facts }: Failure) {
  const { exitCode, code, what, errors = [], remedy = null, traceId = null } = facts;
  return { error: { code, detail: what, remedy, errors, traceId, exitCode } };
}
