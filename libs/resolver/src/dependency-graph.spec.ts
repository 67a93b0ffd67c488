import fc from 'fast-check';
import { DependencyGraph, type ClosureEntry } from './dependency-graph';
import type { Requirement } from './model';

const ALL = 10_000;
const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const requirements = fc.uniqueArray(
  fc.record({ slug: fc.constantFrom(...names), range: fc.constantFrom('*', '^1', '^2') }),
  { selector: ({ slug }) => slug, maxLength: 4 },
);
const changes = fc.array(fc.tuple(fc.constantFrom(...names), requirements), { maxLength: 40 });

/** The same level by level over plain sets. */
function plainClosure(links: ReadonlyMap<string, readonly Requirement[]>, start: string): ClosureEntry[] {
  const seen = new Set([start]);
  const found: ClosureEntry[] = [];
  let level = links.get(start) ?? [];
  for (let depth = 1; level.length > 0; depth += 1) {
    const ranges = new Map<string, string>();
    for (const { slug, range } of level)
      if (!seen.has(slug) && !((ranges.get(slug) ?? '~') < range)) ranges.set(slug, range);
    const entries = [...ranges].sort().map(([slug, range]) => ({ slug, range, depth }));
    for (const { slug } of entries) seen.add(slug);
    found.push(...entries);
    level = entries.flatMap(({ slug }) => links.get(slug) ?? []);
  }
  return found;
}

describe('the graph of requirements', () => {
  it('gives each name of a closure once, at its smallest depth, whatever was changed before', () => {
    fc.assert(
      fc.property(changes, fc.constantFrom(...names), (list, start) => {
        const graph = new DependencyGraph();
        const links = new Map<string, readonly Requirement[]>();
        for (const [name, needed] of list) {
          graph.set(name, needed);
          links.set(name, needed);
        }
        const closure = graph.closure(links.get(start) ?? [], start, ALL);
        expect(closure).toEqual(plainClosure(links, start));
        const inCycle = closure.some(({ slug }) =>
          (links.get(slug) ?? []).some((each) => each.slug === start),
        );
        const requiresItself = (links.get(start) ?? []).some((each) => each.slug === start);
        expect(graph.reach(start)).toBe(closure.length + Number(inCycle || requiresItself));
      }),
    );
  });

  it('stays as large as what it holds, however often it changes', () => {
    const graph = new DependencyGraph();
    for (let round = 0; round < 20_000; round += 1)
      graph.set('a', [
        { slug: 'b', range: '*' },
        { slug: 'c', range: `^${String(round % 7)}` },
      ]);
    expect(graph.bytes).toBeLessThan(10_000);
    expect(graph.closure([{ slug: 'a', range: '*' }], undefined, ALL).map(({ slug }) => slug)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('stops where it is told to', () => {
    const graph = new DependencyGraph();
    graph.set(
      'a',
      names.map((slug) => ({ slug, range: '*' })),
    );
    expect(graph.closure([{ slug: 'a', range: '*' }], undefined, 3)).toHaveLength(3);
  });
});
