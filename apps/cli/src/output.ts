import type { Failure } from './failure';
import { explanation, failureDocument } from './explain';
import { Progress } from './progress';
import { table } from './text';
import type { World } from './world';

/**
 * Results go to standard output, as text or as one JSON document; everything else goes to standard error, so that the
 * output can always be piped.
 */
export class Output {
  constructor(
    private readonly world: Pick<World, 'stdout' | 'stderr'>,
    readonly json: boolean,
  ) {}

  /** The result of the command; it has exactly one. */
  result(value: unknown, text: () => string): void {
    this.world.stdout.write(`${this.json ? JSON.stringify(value, null, 2) : text()}\n`);
  }

  /** A table that fits the terminal; through a pipe nothing is cut. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
    return table(headings, rows, this.world.stdout.isTTY === true ? this.world.stdout.columns : undefined);
  }

  /** Something that people like to know. */
  note(message: string): void {
    this.world.stderr.write(`${message}\n`);
  }

  progress(label: string): Progress {
    return new Progress(this.world.stderr, label);
  }

  failure(failure: Failure): void {
    this.note(explanation(failure));
    this.failureDocument(failure);
  }

  /** The failure for programs alone. */
  failureDocument(failure: Failure): void {
    if (this.json) this.world.stdout.write(`${JSON.stringify(failureDocument(failure), null, 2)}\n`);
  }
}
