import type { ProblemError } from '@loam/contracts/problems';

/** What the process ends with; docs/cli.md explains each to the people who write scripts. */
export const ExitCode = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notAuthorised: 3,
  notFound: 4,
  differences: 5,
  refused: 6,
  unavailable: 7,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

interface Facts {
  readonly exitCode: ExitCode;
  /** Stable, for scripts: the code of a problem document, or one of the CLI's own. */
  readonly code: string;
  /** What happened, in a sentence. */
  readonly what: string;
  /** What to do about it. */
  readonly remedy?: string | undefined;
  /** The fields, entries or lines at fault. */
  readonly errors?: readonly ProblemError[];
  readonly traceId?: string;
}

/** An end that the CLI can explain. Anything else that is thrown is a defect. */
export class Failure extends Error {
  constructor(readonly facts: Facts) {
    super(facts.what);
  }
}

export const usageFailure = (what: string, remedy?: string): Failure =>
  new Failure({ exitCode: ExitCode.usage, code: 'usage', what, remedy });

export const refusal = (code: string, what: string, remedy?: string): Failure =>
  new Failure({ exitCode: ExitCode.refused, code, what, remedy });
