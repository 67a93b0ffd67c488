import { SemVer } from 'semver';
import type { Clause } from './clause';
import type { Candidate, Item } from './model';
import type { Ranges } from './ranges';
import { spell } from './requirements';

/** The value "not installed". The candidates are the bits above it, the preferred one lowest. */
const ABSENT = 1n;

const bit = (candidate: number): bigint => 2n << BigInt(candidate);

/** What is still possible for one item: not to be installed, or to be installed as one of its candidates. */
export class Variable {
  readonly all: bigint;
  domain: bigint;
  /** The places in the trail where the domain shrank. */
  readonly history: number[] = [];
  readonly clauses: Clause[] = [];
  /** The requirements, as text, that have become clauses. */
  readonly asked = new Set<string>();
  private readonly sets = new Map<string, bigint>();
  private versions: readonly SemVer[] | undefined;
  private askers: ReadonlyMap<string, bigint> | undefined;

  constructor(
    readonly item: Item,
    readonly candidates: readonly Candidate[],
    private readonly ranges: Ranges,
  ) {
    this.all = (2n << BigInt(candidates.length)) - 1n;
    this.domain = this.all;
  }

  get isRequired(): boolean {
    return (this.domain & ABSENT) === 0n;
  }

  get isDecided(): boolean {
    return (this.domain & (this.domain - 1n)) === 0n;
  }

  /** The set of only the preferred of the possible candidates, and its index. */
  preferred(): { readonly set: bigint; readonly index: number } {
    const possible = this.domain & ~ABSENT;
    const set = possible & -possible;
    const hex = set.toString(16);
    return { set, index: (hex.length - 1) * 4 + Math.log2(Number.parseInt(hex.charAt(0), 16)) - 1 };
  }

  /** Whether `within` would have to test each candidate. */
  knows(range: string): boolean {
    return this.sets.has(range);
  }

  /** The candidates that a range allows. */
  within(range: string): bigint {
    const known = this.sets.get(range);
    if (known !== undefined) return known;
    this.versions ??= this.candidates.map(({ version }) => new SemVer(version));
    const allows = this.ranges.allowing(range, this.candidates);
    let set = 0n;
    for (const [index, { version }] of this.candidates.entries())
      if (allows(version, this.versions[index])) set |= bit(index);
    this.sets.set(range, set);
    return set;
  }

  /** The candidates that make exactly this requirement, given as its text. */
  asking(requirement: string): bigint {
    this.askers ??= this.groups();
    return this.askers.get(requirement) ?? 0n;
  }

  private groups(): Map<string, bigint> {
    const groups = new Map<string, bigint>();
    for (const [index, { requires }] of this.candidates.entries())
      for (const requirement of requires) {
        const key = spell(requirement);
        groups.set(key, (groups.get(key) ?? 0n) | bit(index));
      }
    return groups;
  }

  versionsIn(set: bigint): string[] {
    return this.candidates.filter((_, index) => (set & bit(index)) !== 0n).map(({ version }) => version);
  }
}
