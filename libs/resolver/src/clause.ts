/** Who asks whom for what: the origin of a clause that was not learned. */
export interface Demand {
  /** The variable that asks; null for a root. */
  readonly by: number | null;
  /** Which of its candidates ask. */
  readonly askers: bigint;
  readonly target: number;
  readonly range: string;
  /** The candidates of the target that serve it. */
  readonly allowed: bigint;
}

/** At least one of the literals holds: variable `variables[i]` is one of `sets[i]`. Without literals, never. */
export interface Clause {
  readonly variables: readonly number[];
  readonly sets: readonly bigint[];
  /** Either the demand that it states, or the clauses that it follows from. */
  readonly demand?: Demand;
  readonly causes?: readonly Clause[];
}

/**
 * What follows from two clauses that both speak of `pivot` (resolution): one of the other literals holds, or the pivot
 * is in both sets.
 */
export function resolveOn(pivot: number, a: Clause, b: Clause): Map<number, bigint> {
  const sets = new Map<number, bigint>();
  for (const [index, variable] of a.variables.entries()) sets.set(variable, a.sets[index] ?? 0n);
  for (const [index, variable] of b.variables.entries()) {
    const set = b.sets[index] ?? 0n;
    const other = sets.get(variable);
    if (variable === pivot) sets.set(variable, (other ?? 0n) & set);
    else sets.set(variable, (other ?? 0n) | set);
  }
  if (sets.get(pivot) === 0n) sets.delete(pivot);
  return sets;
}

/** The demands that a clause follows from, each once. */
export function demandsOf(clause: Clause): Demand[] {
  const seen = new Set<Clause>([clause]);
  const demands: Demand[] = [];
  for (const each of seen) {
    if (each.demand !== undefined) demands.push(each.demand);
    for (const cause of each.causes ?? []) seen.add(cause);
  }
  return demands;
}
