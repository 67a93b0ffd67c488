import { components, cycles } from './components';
import { ItemMap } from './item-map';
import {
  keyOf,
  required,
  type Candidate,
  type Item,
  type MissingItem,
  type Plan,
  type PlannedItem,
  type Reason,
  type Root,
} from './model';

/** A version that was chosen for an item. */
export interface Chosen extends Item {
  readonly candidate: Candidate;
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** What was chosen, by number in the order of names, and who asks whom. */
class Drawing {
  readonly items: readonly PlannedItem[];
  readonly links: readonly (readonly number[])[];
  private readonly missed = new ItemMap<MissingItem>();
  private readonly allMissed: MissingItem[] = [];
  private readonly numbers = new ItemMap<number>();

  constructor(roots: readonly Root[], chosen: readonly Chosen[]) {
    const sorted = chosen
      .map((each): [string, Chosen] => [keyOf(each), each])
      .sort(([a], [b]) => order(a, b));
    for (const [number, [, item]] of sorted.entries()) this.numbers.set(item, number);
    this.items = sorted.map(([, { kind, slug, candidate }]) => {
      const { version, sha256, bytes, requires } = candidate;
      return { kind, slug, version, sha256, bytes, requires: [...requires], reasons: [] };
    });
    for (const root of roots) this.note(root, { by: null, range: root.range });
    this.links = this.items.map(({ kind, slug, version, requires }) => {
      const by = { kind, slug, version };
      const targets = requires.flatMap(
        (requirement) => this.note(required(requirement), { by, range: requirement.range }) ?? [],
      );
      return [...new Set(targets)].sort((a, b) => a - b);
    });
  }

  at(number: number): PlannedItem {
    const item = this.items[number];
    if (item === undefined) throw new RangeError('no such item');
    return item;
  }

  missing(): MissingItem[] {
    return this.allMissed.sort((a, b) => order(keyOf(a), keyOf(b)));
  }

  /** Writes down who asked for an item. @returns its number, unless it is missing */
  private note(item: Item, reason: Reason): number | undefined {
    const number = this.numbers.get(item);
    if (number === undefined) this.miss(item, reason);
    else this.at(number).reasons.push(reason);
    return number;
  }

  private miss(item: Item, reason: Reason): void {
    const known = this.missed.get(item);
    if (known !== undefined) {
      known.reasons.push(reason);
      return;
    }
    const missed: MissingItem = { kind: item.kind, slug: item.slug, reasons: [reason] };
    this.missed.set(item, missed);
    this.allMissed.push(missed);
  }
}

/** Orders what was chosen so that what is needed comes first, and says why each is there and what is missing. */
export function planOf(roots: readonly Root[], chosen: readonly Chosen[]): Plan {
  const drawing = new Drawing(roots, chosen);
  const parts = components(drawing.links);
  return {
    items: parts.flatMap((part) => part.sort((a, b) => a - b).map((number) => drawing.at(number))),
    missing: drawing.missing(),
    cycles: cycles(drawing.links, parts).map((cycle) =>
      cycle.map((number) => ({ kind: drawing.at(number).kind, slug: drawing.at(number).slug })),
    ),
  };
}
