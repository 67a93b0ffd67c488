import { components, cycles } from './components';
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

interface Chosen extends Item {
  readonly candidate: Candidate;
}

const byName = (a: Item, b: Item): number => (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)));

interface Asked extends Item {
  readonly reasons: Reason[];
}

/** Why each item is there or is missed: roots first, then who asks in the order of names. */
function asked(roots: readonly Root[], chosen: readonly Chosen[]): ReadonlyMap<string, Asked> {
  const all = new Map<string, Asked>();
  const note = ({ kind, slug }: Item, reason: Reason): void => {
    const known = all.get(keyOf({ kind, slug }));
    if (known === undefined) all.set(keyOf({ kind, slug }), { kind, slug, reasons: [reason] });
    else known.reasons.push(reason);
  };
  for (const root of roots) note(root, { by: null, range: root.range });
  for (const { kind, slug, candidate } of chosen) {
    const by = { kind, slug, version: candidate.version };
    for (const requirement of candidate.requires)
      note(required(requirement), { by, range: requirement.range });
  }
  return all;
}

/** Orders what was chosen so that what is needed comes first, and says why each is there and what is missing. */
export function planOf(roots: readonly Root[], found: readonly Chosen[]): Plan {
  const chosen = [...found].sort(byName);
  const indexes = new Map(chosen.map((each, index) => [keyOf(each), index]));
  const links = chosen.map(({ candidate }) =>
    [
      ...new Set(
        candidate.requires.flatMap((requirement) => indexes.get(keyOf(required(requirement))) ?? []),
      ),
    ].sort((a, b) => a - b),
  );
  const parts = components(links);
  const all = asked(roots, chosen);
  const at = (index: number): Chosen => {
    const item = chosen[index];
    if (item === undefined) throw new RangeError('no such item');
    return item;
  };
  const planned = (index: number): PlannedItem => {
    const { kind, slug, candidate } = at(index);
    const { version, sha256, bytes, requires } = candidate;
    const reasons = all.get(keyOf({ kind, slug }))?.reasons ?? [];
    return { kind, slug, version, sha256, bytes, requires: [...requires], reasons };
  };
  const missing = [...all].filter(([key]) => !indexes.has(key)).map(([, each]): MissingItem => each);
  return {
    items: parts.flatMap((part) => [...part].sort((a, b) => a - b).map(planned)),
    missing: missing.sort(byName),
    cycles: cycles(links, parts).map((cycle) =>
      cycle.map((index) => ({ kind: at(index).kind, slug: at(index).slug })),
    ),
  };
}
