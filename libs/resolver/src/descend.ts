import { ItemMap } from './item-map';
import { required, type Candidate, type Item, type Root } from './model';
import type { Chosen } from './plan';
import { Ranges } from './ranges';
import { requirementsOf } from './requirements';

interface Wanted {
  readonly item: Item;
  readonly candidates: readonly Candidate[];
  readonly ranges: Set<string>;
  chosen?: Candidate;
}

/**
 * What the solver comes to where nothing stands in its way, without its bookkeeping: each item, in the order in which
 * it is first asked for, gets the preferred of the versions that all allow who have asked by then.
 * @returns undefined where that does not lead to a plan at once
 */
export function descend(
  roots: readonly Root[],
  candidatesOf: (item: Item) => readonly Candidate[],
  { mayMiss, budget }: { readonly mayMiss: boolean; readonly budget: number },
): Chosen[] | undefined {
  const ranges = new Ranges();
  const met = new ItemMap<Wanted>();
  const order: Wanted[] = [];
  let left = budget;
  const allows = (range: string, { candidates }: Wanted, candidate: Candidate): boolean =>
    ranges.allowing(range, candidates)(candidate.version);

  /** @returns false where what was chosen already does not serve */
  const ask = (item: Item, range: string): boolean => {
    let wanted = met.get(item);
    if (wanted === undefined) {
      const { kind, slug } = item;
      wanted = { item: { kind, slug }, candidates: candidatesOf(item), ranges: new Set() };
      met.set(item, wanted);
      order.push(wanted);
    }
    if (wanted.ranges.has(range)) return true;
    wanted.ranges.add(range);
    return wanted.chosen === undefined || allows(range, wanted, wanted.chosen);
  };

  for (const root of roots) ask(root, root.range);
  for (const wanted of order) {
    left -= wanted.candidates.length * wanted.ranges.size;
    if (left < 0) return undefined;
    if (wanted.candidates.length === 0 && mayMiss) continue;
    const all = [...wanted.ranges].map((range) => ranges.allowing(range, wanted.candidates));
    const chosen = wanted.candidates.find(({ version }) => all.every((allow) => allow(version)));
    if (chosen === undefined) return undefined;
    wanted.chosen = chosen;
    for (const requirement of requirementsOf(chosen)) {
      left -= 1;
      if (!ask(required(requirement), requirement.range)) return undefined;
    }
  }
  return order.flatMap(({ item, chosen }) => (chosen === undefined ? [] : [{ ...item, candidate: chosen }]));
}
