import { demandsOf } from './clause';
import { explain } from './explain';
import { keyOf, type CatalogView, type ResolveOptions, type Resolution, type Root } from './model';
import { planOf } from './plan';
import { Exhausted, Solver } from './solver';

/** Less than a second of work; ten thousand items with twenty requirements each take a third of it. */
const BUDGET = 3_000_000;

const spell = (root: Root): string => `${keyOf(root)}@${root.range}`;

/** Each root once, in an order that does not depend on the caller's. */
function sorted(roots: readonly Root[]): Root[] {
  const byText = new Map(roots.map((root) => [spell(root), root]));
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []);
}

/**
 * Chooses one version of everything that the roots need, directly and indirectly, and prefers the first that a catalog
 * names of each. The answer depends on the set of roots and on the catalog alone, never on an order or a clock.
 */
export function resolve(given: readonly Root[], view: CatalogView, options: ResolveOptions = {}): Resolution {
  const roots = sorted(given);
  const solver = new Solver(view, roots, { missing: 'list', budget: BUDGET, ...options });
  try {
    const proof = solver.run();
    if (proof !== undefined) return { outcome: 'conflict', ...explain(demandsOf(proof), solver.variables) };
  } catch (error) {
    if (error instanceof Exhausted) return { outcome: 'exhausted' };
    throw error;
  }
  const chosen = solver.variables
    .filter(({ isRequired }) => isRequired)
    .flatMap((variable) => {
      const candidate = variable.candidates[variable.preferred().index];
      return candidate === undefined ? [] : [{ ...variable.item, candidate }];
    });
  return { outcome: 'plan', plan: planOf(roots, chosen) };
}
