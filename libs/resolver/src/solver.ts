import { resolveOn, type Clause, type Demand } from './clause';
import {
  keyOf,
  required,
  type Candidate,
  type CatalogView,
  type Item,
  type Requirement,
  type Root,
} from './model';
import { Trail } from './trail';
import { spell, Variable } from './variable';

export interface SolverOptions {
  /** `skip` leaves out every demand that nothing serves, and keeps it in `unserved`. */
  readonly missing: 'list' | 'refuse' | 'skip';
  readonly budget: number;
}

/** The budget is used up. */
export class Exhausted extends Error {}

/** What a version requires, each once and in the order of texts, which is the same wherever it was declared. */
const requirementsOf = (candidate: Candidate | undefined): Map<string, Requirement> =>
  new Map(
    (candidate?.requires ?? [])
      .map((each): [string, Requirement] => [spell(each), each])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/**
 * Chooses versions by learning from conflicts: clause learning as SAT solvers do it (Marques-Silva and Sakallah, GRASP,
 * 1996), over variables with a finite domain; what PubGrub does with version ranges. Requirements of a version become
 * clauses when it is first chosen. Decisions take the first undecided item in the order of discovery, breadth-first from
 * the sorted roots, and its preferred version; a version is passed over only after a proof that it cannot be.
 */
export class Solver {
  readonly variables: Variable[] = [];
  readonly unserved: Root[] = [];
  private readonly byKey = new Map<string, number>();
  private readonly trail = new Trail(this.variables);
  private readonly fresh: Clause[] = [];
  private readonly changed = new Set<number>();
  /** Variables that may have to be decided or whose requirements may have to be looked at. */
  private readonly open: boolean[] = [];
  private lowestOpen = 0;
  private left: number;
  private readonly pins: ReadonlySet<string>;

  constructor(
    private readonly view: CatalogView,
    private readonly roots: readonly Root[],
    private readonly options: SolverOptions,
  ) {
    this.left = options.budget;
    this.pins = new Set(roots.map((root) => `${keyOf(root)}@${root.range}`));
  }

  /** @returns the clause that proves that there is no solution, if there is none @throws Exhausted */
  run(): Clause | undefined {
    for (const root of this.roots) this.demand(null, 0n, root, root.range);
    for (;;) {
      const conflict = this.propagate();
      if (conflict !== undefined) {
        const proof = this.learn(conflict);
        if (proof !== undefined) return proof;
        continue;
      }
      const next = this.nextOpen();
      if (next === undefined) return undefined;
      this.choose(next);
    }
  }

  /** The variable of an item that was met, by its key. */
  find(item: Item): Variable | undefined {
    const index = this.byKey.get(keyOf(item));
    return index === undefined ? undefined : this.variables[index];
  }

  private spend(work: number): void {
    this.left -= work;
    if (this.left < 0) throw new Exhausted();
  }

  private variable(index: number): Variable {
    const variable = this.variables[index];
    if (variable === undefined) throw new RangeError('no such variable');
    return variable;
  }

  private indexOf(item: Item): number {
    const key = keyOf(item);
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const index = this.variables.length;
    const candidates = this.view
      .candidates(item)
      .filter(({ pinnedOnly, version }) => pinnedOnly !== true || this.pins.has(`${key}@${version}`));
    this.variables.push(new Variable({ kind: item.kind, slug: item.slug }, candidates));
    this.byKey.set(key, index);
    return index;
  }

  /** Whether a demand that nothing serves is left out. */
  private isLeftOut(target: Variable): boolean {
    const { missing } = this.options;
    return missing === 'skip' || (missing === 'list' && target.candidates.length === 0);
  }

  /** States that, if one of `askers` is chosen, then the item is too, within the range. */
  private demand(by: number | null, askers: bigint, item: Item, range: string): void {
    const target = this.indexOf(item);
    const wanted = this.variable(target);
    this.spend(wanted.knows(range) ? 1 : 1 + wanted.candidates.length);
    const allowed = wanted.within(range);
    if (allowed === 0n && this.isLeftOut(wanted)) {
      this.unserved.push({ ...wanted.item, range });
      return;
    }
    const demand: Demand = { by, askers, target, range, allowed };
    const sets = new Map<number, bigint>();
    if (by !== null) sets.set(by, this.variable(by).all & ~askers);
    // An item may require itself: then those of its versions that would not serve are out.
    if (allowed !== 0n) sets.set(target, (sets.get(target) ?? 0n) | allowed);
    this.add({ variables: [...sets.keys()], sets: [...sets.values()], demand });
  }

  private add(clause: Clause): void {
    for (const index of clause.variables) this.variable(index).clauses.push(clause);
    this.fresh.push(clause);
  }

  /** Applies every clause until nothing follows any more. @returns a clause that cannot hold, if one was met */
  private propagate(): Clause | undefined {
    for (;;) {
      const clause = this.fresh.pop();
      if (clause !== undefined) {
        if (!this.apply(clause)) return clause;
        continue;
      }
      const [index] = this.changed;
      if (index === undefined) return undefined;
      this.changed.delete(index);
      for (const each of this.variable(index).clauses)
        if (!this.apply(each)) {
          this.changed.add(index);
          return each;
        }
    }
  }

  /** Draws the conclusion where only one literal can still hold. @returns false where none can */
  private apply(clause: Clause): boolean {
    const { variables, sets } = clause;
    this.spend(variables.length);
    let only = -1;
    for (let index = 0; index < variables.length; index += 1) {
      const { domain } = this.variable(variables[index] ?? -1);
      const meet = domain & (sets[index] ?? 0n);
      if (meet === domain) return true;
      if (meet === 0n) continue;
      if (only !== -1) return true;
      only = index;
    }
    if (only === -1) return false;
    const last = variables[only] ?? -1;
    this.narrow(last, this.variable(last).domain & (sets[only] ?? 0n), clause);
    return true;
  }

  private narrow(index: number, to: bigint, cause: Clause | undefined): void {
    this.trail.narrow(index, to, cause);
    this.changed.add(index);
    this.reopen(index);
  }

  private reopen(index: number): void {
    this.open[index] = true;
    this.lowestOpen = Math.min(this.lowestOpen, index);
  }

  private nextOpen(): number | undefined {
    for (; this.lowestOpen < this.variables.length; this.lowestOpen += 1) {
      if (this.open[this.lowestOpen] !== true) continue;
      if (this.variable(this.lowestOpen).isRequired) return this.lowestOpen;
      this.open[this.lowestOpen] = false;
    }
    return undefined;
  }

  private choose(index: number): void {
    const variable = this.variable(index);
    const { set, index: chosen } = variable.preferred();
    if (!variable.isDecided) {
      this.trail.level += 1;
      this.narrow(index, set, undefined);
    }
    this.open[index] = false;
    if (variable.asked.size === 0)
      this.spend(variable.candidates.reduce((sum, { requires }) => sum + requires.length, 0));
    for (const [text, requirement] of requirementsOf(variable.candidates[chosen])) {
      if (variable.asked.has(text)) continue;
      variable.asked.add(text);
      this.demand(index, variable.asking(text), required(requirement), requirement.range);
    }
  }

  /**
   * Finds the clause that would have prevented the conflict one decision earlier, goes back to where it applies and
   * applies it. @returns the clause without literals where no decision is to blame
   */
  private learn(conflict: Clause): Clause | undefined {
    let clause: Clause = conflict;
    const causes: Clause[] = [conflict];
    for (;;) {
      if (clause.variables.length === 0) return { ...clause, causes };
      const blame = this.blame(clause);
      if (blame.level > 0 && blame.before < blame.level) {
        this.undoTo(blame.before);
        if (clause === conflict) this.fresh.push(conflict);
        else this.add({ ...clause, causes });
        return undefined;
      }
      if (blame.cause === undefined) throw new Error('a decision is the first of its level');
      causes.push(blame.cause);
      const sets = resolveOn(blame.variable, clause, blame.cause);
      clause = { variables: [...sets.keys()], sets: [...sets.values()] };
    }
  }

  /**
   * A clause that came late may have followed from less than was decided then, and nothing looks at it again for that:
   * every variable that is wider now counts as changed.
   */
  private undoTo(level: number): void {
    for (const index of this.trail.undoTo(level)) {
      this.reopen(index);
      this.changed.add(index);
    }
  }

  /** The last narrowing that made a clause impossible, and the level at which only that one was wanting. */
  private blame({ variables, sets }: Clause) {
    this.spend(variables.length);
    const places = variables.map((variable, index) => this.trail.falsified(variable, sets[index] ?? 0n));
    const last = Math.max(...places);
    const before = Math.max(-1, ...places.filter((place) => place !== last));
    const { level, cause, variable } = this.trail.at(last);
    return { level, cause, variable, before: before < 0 ? 0 : this.trail.at(before).level };
  }
}
