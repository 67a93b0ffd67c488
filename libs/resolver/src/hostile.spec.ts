import { catalogOf, root } from './catalogs.fixtures';
import type { Candidate, CatalogView, Requirement, Root } from './model';
import { resolve } from './resolve';

const NODES = 10_000;
const name = (index: number): string => `n${String(index).padStart(5, '0')}`;

/** A catalog whose items are made when they are asked for. */
const madeOf = (
  versions: readonly string[],
  requires: (node: number, version: string) => readonly Requirement[],
): CatalogView => ({
  candidates: ({ slug }) =>
    /^n\d{5}$/.test(slug)
      ? versions.map((version): Candidate => {
          const node = Number(slug.slice(1));
          return { version, sha256: slug, bytes: 1, requires: requires(node, version) };
        })
      : [],
});

/** Numbers that look random and are the same every time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Gives the answer, which must not take more than two seconds of a processor, whatever else the machine does. */
function soon(roots: readonly Root[], view: CatalogView) {
  const before = process.cpuUsage();
  const resolution = resolve(roots, view);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(2000);
  return resolution;
}

describe('PUB-13 a hostile graph', () => {
  it('that is a chain of 10,000 ends with a plan', () => {
    const view = madeOf(['2.0.0', '1.0.0'], (node) =>
      node + 1 < NODES ? [{ slug: name(node + 1), range: '>=1' }] : [],
    );
    const resolution = soon([root(name(0))], view);
    if (resolution.outcome !== 'plan') throw new Error(resolution.outcome);
    expect(resolution.plan.items).toHaveLength(NODES);
    expect(resolution.plan.items[0]?.slug).toBe(name(NODES - 1));
  });

  it('that is a ring of 10,000 ends with a plan that tells of one cycle', () => {
    const view = madeOf(['1.0.0'], (node) => [{ slug: name((node + 1) % NODES), range: '^1' }]);
    const resolution = soon([root(name(7))], view);
    if (resolution.outcome !== 'plan') throw new Error(resolution.outcome);
    expect(resolution.plan.cycles).toHaveLength(1);
    expect(resolution.plan.cycles[0]).toHaveLength(NODES);
    expect(resolution.plan.cycles[0]?.[0]?.slug).toBe(name(0));
  });

  it('of 10,000 with 20 requirements each, at random and full of cycles, ends with a plan', () => {
    const random = numbers(1);
    const links = Array.from({ length: NODES }, () =>
      Array.from({ length: 20 }, () => ({ slug: name(Math.floor(random.next().value * NODES)), range: '*' })),
    );
    const view = madeOf(['1.0.0'], (node) => links[node] ?? []);
    const resolution = soon([root(name(0))], view);
    if (resolution.outcome !== 'plan') throw new Error(resolution.outcome);
    expect(resolution.plan.items).toHaveLength(NODES);
    expect(resolution.plan.cycles).toHaveLength(100);
  });

  it('of 200 that each require all others in ten versions ends', () => {
    const versions = Array.from({ length: 10 }, (_, index) => `${String(10 - index)}.0.0`);
    const view = madeOf(versions, (node, version) =>
      Array.from({ length: 200 }, (_, other) => ({ slug: name(other), range: `<=${version}` })).filter(
        (_, other) => other !== node,
      ),
    );
    expect(soon([root(name(0))], view).outcome).toBe('plan');
  });

  it('in which 30 items of 10 versions have one way out of 10^30 ends with that way', () => {
    const items: Record<string, Record<string, string[]>> = {};
    for (let node = 0; node < 30; node += 1) {
      const versions: Record<string, string[]> = {};
      for (let version = 1; version <= 10; version += 1)
        versions[`${String(version)}.0.0`] =
          version === 1 ? ['end@1'] : ['end@2', `n${String((node + 1) % 30)}@${String(version)}`];
      items[`n${String(node)}`] = versions;
    }
    const view = catalogOf({ ...items, end: { '1.0.0': [], '2.0.0': [] }, lock: { '1.0.0': ['end@1'] } });
    const roots = [root('lock'), ...Array.from({ length: 30 }, (_, node) => root(`n${String(node)}`))];
    const resolution = soon(roots, view);
    if (resolution.outcome !== 'plan') throw new Error(resolution.outcome);
    expect(resolution.plan.items.every(({ version }) => version === '1.0.0')).toBe(true);
  });

  it('of the pigeonhole kind, which no such proof can be short for, ends without an answer', () => {
    const [pigeons, holes] = [12, 11];
    const items: Record<string, Record<string, string[]>> = {};
    for (let pigeon = 1; pigeon <= pigeons; pigeon += 1)
      items[`pigeon-${String(pigeon)}`] = Object.fromEntries(
        Array.from({ length: holes }, (_, hole) => [
          `${String(hole + 1)}.0.0`,
          [`hole-${String(hole + 1)}@${String(pigeon)}.0.0`],
        ]),
      );
    for (let hole = 1; hole <= holes; hole += 1)
      items[`hole-${String(hole)}`] = Object.fromEntries(
        Array.from({ length: pigeons }, (_, pigeon) => [`${String(pigeon + 1)}.0.0`, []]),
      );
    const roots = Array.from({ length: pigeons }, (_, pigeon) => root(`pigeon-${String(pigeon + 1)}`));
    expect(soon(roots, catalogOf(items)).outcome).toBe('exhausted');
  });

  it('of random ranges over 2,000 items in five versions ends', () => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const random = numbers(seed);
      const below = (limit: number): number => Math.floor(random.next().value * limit);
      const links = new Map<string, Requirement[]>();
      const view = madeOf(['5.0.0', '4.0.0', '3.0.0', '2.0.0', '1.0.0'], (node, version) => {
        const key = `${String(node)}@${version}`;
        const known = links.get(key);
        if (known !== undefined) return known;
        const made = Array.from({ length: 3 }, () => ({
          slug: name(below(2000)),
          range: [`>=${String(1 + below(4))}`, `<=${String(2 + below(4))}`, '*'][below(3)] ?? '*',
        }));
        links.set(key, made);
        return made;
      });
      expect(['plan', 'conflict', 'exhausted']).toContain(soon([root(name(0)), root(name(1))], view).outcome);
    }
  });
});
