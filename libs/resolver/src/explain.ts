import { intersects } from 'semver';
import type { Demand } from './clause';
import type { Clash, Root, Side } from './model';
import type { Variable } from './variable';

/** How many demands on one item are compared with each other. */
const COMPARED = 200;

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
const spell = (path: readonly Root[]): string =>
  path.map(({ kind, slug, range }) => `${kind}/${slug}@${range}`).join(' ');

function grouped<Key>(demands: readonly Demand[], keyOf: (demand: Demand) => Key): Map<Key, Demand[]> {
  const groups = new Map<Key, Demand[]>();
  for (const demand of demands) {
    const group = groups.get(keyOf(demand));
    if (group === undefined) groups.set(keyOf(demand), [demand]);
    else group.push(demand);
  }
  return groups;
}

/** By which demand each item of a proof is reached from a root, nearest first. */
function waysFromRoots(demands: readonly Demand[]): ReadonlyMap<number, Demand> {
  const of = grouped(demands, ({ by }) => by);
  const ways = new Map<number, Demand>();
  const queue: (number | null)[] = [null];
  for (const by of queue)
    for (const demand of of.get(by) ?? [])
      if (!ways.has(demand.target)) {
        ways.set(demand.target, demand);
        queue.push(demand.target);
      }
  return ways;
}

/** Whether two demands on one item can be met by no version that there is. One asker's are alternatives, not a pair. */
const exclude = (a: Demand, b: Demand): boolean =>
  (a.allowed & b.allowed) === 0n && (a.by === null || a.by !== b.by);

const neverMeet = (a: string, b: string): boolean => {
  try {
    return !intersects(a, b);
  } catch {
    // A range from before ranges were checked: no version is in it.
    return true;
  }
};

interface Dispute {
  readonly target: number;
  readonly demands: readonly Demand[];
  readonly lasting: boolean;
}

/** What is in dispute over one item; undefined where its demands get along. */
function disputeOver(target: number, all: readonly Demand[]): Dispute | undefined {
  const unserved = all.filter(({ allowed }) => allowed === 0n);
  if (unserved.length > 0) return { target, demands: unserved, lasting: false };
  const compared = all.slice(0, COMPARED);
  const pairs = compared.flatMap((a, index) =>
    compared.slice(index + 1).flatMap((b): [Demand, Demand][] => (exclude(a, b) ? [[a, b]] : [])),
  );
  if (pairs.length === 0) return undefined;
  return {
    target,
    demands: [...new Set(pairs.flat())],
    lasting: pairs.every(([a, b]) => neverMeet(a.range, b.range)),
  };
}

/** Says of which items a proof is about, who asks for them with which ranges, and on whose behalf. */
export function explain(
  demands: readonly Demand[],
  variables: readonly Variable[],
): { readonly clashes: readonly Clash[]; readonly lasting: boolean } {
  const ways = waysFromRoots(demands);
  const variable = (index: number): Variable => {
    const found = variables[index];
    if (found === undefined) throw new RangeError('no such variable');
    return found;
  };
  const pathOf = (demand: Demand): Root[] => {
    const path: Root[] = [];
    for (
      let at: Demand | undefined = demand;
      at !== undefined;
      at = at.by === null ? undefined : ways.get(at.by)
    )
      path.unshift({ ...variable(at.target).item, range: at.range });
    return path;
  };
  const sideOf = (demand: Demand): Side => {
    const asker = demand.by === null ? undefined : variable(demand.by);
    return {
      range: demand.range,
      by: asker === undefined ? null : { ...asker.item, versions: asker.versionsIn(demand.askers) },
      path: pathOf(demand),
    };
  };
  const byTarget = grouped(demands, ({ target }) => target);
  const disputes = [...byTarget].flatMap(([target, all]) => disputeOver(target, all) ?? []);
  // Three ranges that only together leave nothing: then all that the proof rests on is named.
  const joint = [...byTarget]
    .filter(([, all]) => all.length > 1)
    .map(([target, all]): Dispute => ({ target, demands: all, lasting: false }));
  const told = disputes.length > 0 ? disputes : joint;
  const clashes = told.map((dispute): Clash => ({
    ...variable(dispute.target).item,
    sides: dispute.demands.map(sideOf).sort((a, b) => order(spell(a.path), spell(b.path))),
    versions: variable(dispute.target).candidates.map(({ version }) => version),
  }));
  clashes.sort((a, b) => order(`${a.kind}/${a.slug}`, `${b.kind}/${b.slug}`));
  return { clashes, lasting: told.every(({ lasting }) => lasting) };
}
