import { z } from 'zod';
import { problemSchema } from '@loam/contracts/problems';
import { ExitCode, Failure } from '../failure';

/** A problem as a newer server may send it: with a code that this program does not know. */
const tolerant = z.object({
  code: z.string(),
  detail: z.string(),
  errors: problemSchema.shape.errors.optional(),
  traceId: z.string().optional(),
});

const remedies: Readonly<Record<string, string>> = {
  unauthenticated: 'Run `loam login`, or set LOAM_URL, LOAM_TENANT and LOAM_TOKEN.',
  forbidden: 'Use a token that has the scope; an administrator makes one with `loam token create`.',
  'skill-not-found': 'Find its slug with `loam search`; agents and commands need --kind.',
  'version-not-found': '`loam show SLUG` lists the versions.',
  'version-exists': 'Publish it under a higher version, with --version or in its frontmatter.',
  'project-not-found': '`loam project list` shows them.',
  'plan-not-found': '`loam plan history PROJECT` lists the versions.',
  'mapping-not-found': '`loam stack list` shows them.',
  'draft-not-found': '`loam drafts list` shows them.',
  'draft-not-pending': '`loam drafts list --status all` shows what became of it.',
  'revision-stale': 'Read it again with `loam drafts show`, and decide then.',
  'revision-not-found': '`loam drafts history` lists the revisions.',
  'draft-without-neighbour': 'Compare revisions with --from, or publish it as an item of its own.',
  'second-person-needed': 'Have it approved by somebody who wrote none of it.',
  'dead-letter-not-found': '`loam admin dlq list` shows them.',
  'token-not-found': '`loam token list` shows them.',
  'rate-limited': 'Wait a little and try again.',
  unavailable: 'Try again in a moment.',
  'deadline-exceeded': 'Try again in a moment.',
};

const exitCodes: Readonly<Record<number, ExitCode>> = {
  401: ExitCode.notAuthorised,
  403: ExitCode.notAuthorised,
  404: ExitCode.notFound,
  410: ExitCode.notFound,
  429: ExitCode.unavailable,
  502: ExitCode.unavailable,
  503: ExitCode.unavailable,
  504: ExitCode.unavailable,
};

/** The exit code for an HTTP status that is not a success. */
const exitCodeOf = (status: number): ExitCode =>
  exitCodes[status] ?? (status >= 400 && status < 500 ? ExitCode.refused : ExitCode.unexpected);

/** Reads an answer that is not a success. */
export async function failureOfAnswer(response: Response): Promise<Failure> {
  const { status, url } = response;
  const problem = tolerant.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) {
    const what = `${new URL(url).origin} answered ${String(status)} without saying why.`;
    const remedy = 'Is this the address of a Loam server?';
    return new Failure({ exitCode: exitCodeOf(status), code: `http-${String(status)}`, what, remedy });
  }
  const { code, detail, errors = [], traceId = '' } = problem.data;
  return new Failure({
    exitCode: exitCodeOf(status),
    code,
    what: detail,
    remedy: remedies[code],
    errors,
    ...(traceId === '' ? {} : { traceId }),
  });
}
