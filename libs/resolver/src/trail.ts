import type { Clause } from './clause';
import type { Variable } from './variable';

interface Entry {
  readonly variable: number;
  readonly before: bigint;
  readonly after: bigint;
  readonly level: number;
  /** The clause that left no other choice; none for a decision. */
  readonly cause: Clause | undefined;
}

/** Every narrowing of a domain in the order in which they happened, so that they can be explained and undone. */
export class Trail {
  private readonly entries: Entry[] = [];
  /** How many decisions have been taken. */
  level = 0;

  constructor(private readonly variables: readonly Variable[]) {}

  narrow(index: number, to: bigint, cause: Clause | undefined): void {
    const variable = this.variables[index];
    if (variable === undefined) throw new RangeError('no such variable');
    variable.history.push(this.entries.length);
    this.entries.push({
      ...{ variable: index, before: variable.domain, after: to },
      ...{ level: this.level, cause },
    });
    variable.domain = to;
  }

  /** Undoes what came after a level. @returns the variables that are open again, some of them repeatedly */
  undoTo(level: number): number[] {
    const undone: number[] = [];
    for (
      let last = this.entries.at(-1);
      last !== undefined && last.level > level;
      last = this.entries.at(-1)
    ) {
      this.entries.pop();
      const variable = this.variables[last.variable];
      variable?.history.pop();
      if (variable !== undefined) variable.domain = last.before;
      undone.push(last.variable);
    }
    this.level = level;
    return undone;
  }

  at(place: number): Entry {
    const entry = this.entries[place];
    if (entry === undefined) throw new RangeError('no such place');
    return entry;
  }

  /** Where the literal "`index` is one of `set`" became false; -1 where it has never been possible. */
  falsified(index: number, set: bigint): number {
    const history = this.variables[index]?.history ?? [];
    let place = -1;
    for (let back = history.length - 1; back >= 0; back -= 1) {
      const here = history[back] ?? 0;
      if ((this.at(here).after & set) !== 0n) break;
      place = here;
    }
    return place;
  }
}
