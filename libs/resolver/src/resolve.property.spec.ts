import fc from 'fast-check';
import { satisfies } from 'semver';
import { catalogOf, root } from './catalogs.fixtures';
import { keyOf, required, type Candidate, type CatalogView, type Item, type Plan, type Root } from './model';
import { descend } from './descend';
import { offered, resolve } from './resolve';
import { Solver } from './solver';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const ranges = fc.constantFrom('*', '1', '2', '3', '>=2', '<=2', '<2', '1 || 3');
const needs = fc.tuple(fc.constantFrom(...NAMES, 'gone'), ranges).map(([name, range]) => `${name}@${range}`);
const versionsFrom = (minKeys: number) =>
  fc.dictionary(fc.constantFrom('1.0.0', '2.0.0', '3.0.0'), fc.uniqueArray(needs, { maxLength: 3 }), {
    minKeys,
  });
const catalogs = fc.record({
  a: versionsFrom(1),
  b: versionsFrom(1),
  c: versionsFrom(0),
  d: versionsFrom(0),
  e: versionsFrom(0),
});
const rootLists = fc.array(fc.tuple(fc.constantFrom(...NAMES), ranges), { minLength: 1, maxLength: 4 });
const rootsOf = (list: readonly (readonly [string, string])[]): Root[] =>
  list.map(([name, range]) => root(`${name}@${range}`));

const meets = (version: string, range: string): boolean => range === '*' || satisfies(version, range);
const isThere = (catalog: CatalogView, item: Item): boolean => catalog.candidates(item).length > 0;

type Choice = ReadonlyMap<string, Candidate>;

/** Whether a choice installs all that the roots need and nothing else, within every range. */
function isRight(choice: Choice, roots: readonly Root[], catalog: CatalogView): boolean {
  const reached = new Set<string>();
  const open: Root[] = [...roots];
  for (const { range, ...item } of open) {
    if (!isThere(catalog, item)) continue;
    const candidate = choice.get(keyOf(item));
    if (candidate === undefined || !meets(candidate.version, range)) return false;
    if (reached.has(keyOf(item))) continue;
    reached.add(keyOf(item));
    open.push(...candidate.requires.map((each) => ({ ...required(each), range: each.range })));
  }
  return reached.size === choice.size;
}

/** Every choice of one version or none for each item, by brute force. */
function* choices(catalog: CatalogView, names: readonly string[]): Iterable<Map<string, Candidate>> {
  const [name, ...rest] = names;
  if (name === undefined) {
    yield new Map();
    return;
  }
  for (const choice of choices(catalog, rest)) {
    yield choice;
    for (const candidate of catalog.candidates({ kind: 'skill', slug: name }))
      yield new Map([...choice, [`skill/${name}`, candidate]]);
  }
}

const rightChoices = (roots: readonly Root[], catalog: CatalogView): Choice[] =>
  [...choices(catalog, NAMES)].filter((choice) => isRight(choice, roots, catalog));

const choiceOf = ({ items }: Plan): Choice => new Map(items.map((item) => [keyOf(item), item]));

describe('PUB-13 on every small catalog', () => {
  it('a plan is found exactly where there is one, and is a right one', () => {
    fc.assert(
      fc.property(catalogs, rootLists, (items, list) => {
        const catalog = catalogOf(items);
        const roots = rootsOf(list);
        const resolution = resolve(roots, catalog);
        const right = rightChoices(roots, catalog);
        expect(resolution.outcome).toBe(right.length > 0 ? 'plan' : 'conflict');
        if (resolution.outcome === 'plan')
          expect(isRight(choiceOf(resolution.plan), roots, catalog)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('going straight ahead comes to what the solver comes to', () => {
    fc.assert(
      fc.property(catalogs, rootLists, (items, list) => {
        const roots = rootsOf(list);
        const candidatesOf = offered(roots, catalogOf(items));
        const sorted = [...new Map(roots.map((each) => [`${keyOf(each)}@${each.range}`, each]))].sort();
        const inOrder = sorted.map(([, each]) => each);
        const straight = descend(inOrder, candidatesOf, { mayMiss: true, budget: 1000 });
        if (straight === undefined) return;
        const solver = new Solver(candidatesOf, inOrder, { missing: 'list', budget: 1e6 });
        expect(solver.run()).toBeUndefined();
        const found = solver.variables
          .filter(({ isRequired }) => isRequired)
          .map((each) => ({ ...each.item, candidate: each.candidates[each.preferred().index] }));
        expect(straight).toEqual(found);
      }),
      { numRuns: 400 },
    );
  });

  it('the first root by name gets the highest version that any plan gives it', () => {
    fc.assert(
      fc.property(catalogs, rootLists, (items, list) => {
        const catalog = catalogOf(items);
        const roots = rootsOf(list).filter((each) => isThere(catalog, each));
        const resolution = resolve(roots, catalog);
        if (resolution.outcome !== 'plan') return;
        const first = roots.map(keyOf).sort()[0];
        if (first === undefined) return;
        const best = rightChoices(roots, catalog).map((choice) => choice.get(first)?.version ?? '');
        expect(choiceOf(resolution.plan).get(first)?.version).toBe(best.sort().at(-1));
      }),
      { numRuns: 200 },
    );
  });

  it('the answer does not depend on the order of roots and requirements', () => {
    fc.assert(
      fc.property(catalogs, rootLists, (items, list) => {
        const mirrored = Object.fromEntries(
          Object.entries(items).map(([name, all]) => [
            name,
            Object.fromEntries(Object.entries(all).map(([version, each]) => [version, [...each].reverse()])),
          ]),
        );
        const summary = (catalog: CatalogView, roots: readonly Root[]): unknown => {
          const resolution = resolve(roots, catalog);
          if (resolution.outcome !== 'plan') return resolution.outcome;
          const { plan } = resolution;
          const order = plan.items.map(({ slug, version }) => `${slug}@${version}`);
          return { order, missing: plan.missing.map(({ slug }) => slug), cycles: plan.cycles };
        };
        expect(summary(catalogOf(items), rootsOf(list))).toEqual(
          summary(catalogOf(items), rootsOf([...list, ...list].reverse())),
        );
        expect(summary(catalogOf(items), rootsOf(list))).toEqual(summary(catalogOf(mirrored), rootsOf(list)));
      }),
      { numRuns: 200 },
    );
  });

  it('what is needed stands before what needs it, unless both are in a cycle', () => {
    fc.assert(
      fc.property(catalogs, rootLists, (items, list) => {
        const resolution = resolve(rootsOf(list), catalogOf(items));
        if (resolution.outcome !== 'plan') return;
        const { items: planned, cycles } = resolution.plan;
        const place = new Map(planned.map((item, index) => [keyOf(item), index]));
        const inCycle = new Set(cycles.flat().map(keyOf));
        for (const [index, item] of planned.entries())
          for (const requirement of item.requires) {
            const other = keyOf(required(requirement));
            if ((place.get(other) ?? -1) >= index)
              expect(inCycle.has(other) && inCycle.has(keyOf(item))).toBe(true);
          }
      }),
      { numRuns: 200 },
    );
  });

  it('every conflict names items with the ranges and paths by which they are asked for', () => {
    fc.assert(
      fc.property(catalogs, rootLists, (items, list) => {
        const roots = rootsOf(list);
        const resolution = resolve(roots, catalogOf(items));
        if (resolution.outcome !== 'conflict') return;
        expect(resolution.clashes.length).toBeGreaterThan(0);
        for (const { slug, sides, versions: there } of resolution.clashes) {
          expect(sides.length).toBeGreaterThan(0);
          if (sides.length === 1)
            expect(there.some((version) => meets(version, sides[0]?.range ?? ''))).toBe(false);
          for (const { path, range } of sides) {
            expect(roots).toContainEqual(path[0]);
            expect(path.at(-1)).toEqual({ kind: 'skill', slug, range });
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
