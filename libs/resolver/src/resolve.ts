import { demandsOf } from './clause';
import { explain } from './explain';
import { keyOf, type CatalogView, type ResolveOptions, type Resolution, type Root } from './model';
import { planOf } from './plan';
import { Exhausted, Solver, type SolverOptions } from './solver';

/** Less than a second of work; ten thousand items with twenty requirements each take a third of it. */
const BUDGET = 3_000_000;

const spell = (root: Root): string => `${keyOf(root)}@${root.range}`;

/** Each root once, in an order that does not depend on the caller's. */
function sorted(roots: readonly Root[]): Root[] {
  const byText = new Map(roots.map((root) => [spell(root), root]));
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
}

interface Attempt {
  readonly resolution: Resolution;
  /** What was asked for and nothing serves. */
  readonly unserved: readonly Root[];
}

/** Runs the solver once; see {@link resolve}. */
export function attempt(given: readonly Root[], view: CatalogView, options: Partial<SolverOptions>): Attempt {
  const roots = sorted(given);
  const solver = new Solver(view, roots, { missing: 'list', budget: BUDGET, ...options });
  const { variables, unserved } = solver;
  try {
    const proof = solver.run();
    if (proof !== undefined)
      return { resolution: { outcome: 'conflict', ...explain(demandsOf(proof), variables) }, unserved };
  } catch (error) {
    if (error instanceof Exhausted) return { resolution: { outcome: 'exhausted' }, unserved };
    throw error;
  }
  const chosen = variables
    .filter(({ isRequired }) => isRequired)
    .flatMap((variable) => {
      const candidate = variable.candidates[variable.preferred().index];
      return candidate === undefined ? [] : [{ ...variable.item, candidate }];
    });
  return { resolution: { outcome: 'plan', plan: planOf(roots, chosen) }, unserved };
}

/**
 * Chooses one version of everything that the roots need, directly and indirectly, and prefers the first that a catalog
 * names of each. The answer depends on the set of roots and on the catalog alone, never on an order or a clock.
 */
export const resolve = (
  roots: readonly Root[],
  view: CatalogView,
  options: ResolveOptions = {},
): Resolution => attempt(roots, view, options).resolution;
