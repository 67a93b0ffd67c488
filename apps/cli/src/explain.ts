import { BundleProblem } from '@loam/bundles';
import { ExitCode, Failure } from './failure';
import { plain } from './text';

/** The failure that an error stands for; errors that nobody foresaw become the unexpected kind. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof BundleProblem) {
    const { code, title, detail, pointer } = error;
    const errors = [{ code, detail, ...(pointer === undefined ? {} : { pointer }) }];
    return new Failure({ exitCode: ExitCode.refused, code, what: `${title}.`, errors });
  }
  const what = error instanceof Error ? error.message : String(error);
  return new Failure({ exitCode: ExitCode.unexpected, code: 'unexpected', what });
}

/** What happened, where, and what to do, for people. */
export function explanation({ facts }: Failure): string {
  const { code, what, errors = [], remedy, traceId } = facts;
  return [
    `${plain(what)} [${code}]`,
    ...errors.map(
      ({ detail, pointer }) => `  ${pointer === undefined ? '' : `${plain(pointer)}: `}${plain(detail)}`,
    ),
    ...(remedy === undefined ? [] : [remedy]),
    ...(traceId === undefined ? [] : [`Trace ${plain(traceId)}`]),
  ].join('\n');
}

/** The same for programs. */
export function failureDocument({ facts }: Failure) {
  const { exitCode, code, what, errors = [], remedy = null, traceId = null } = facts;
  return { error: { code, detail: what, remedy, errors, traceId, exitCode } };
}
