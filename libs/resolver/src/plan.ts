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

/** Why each item is there or is missed: roots first, then who asks in the order of names. */
function reasonsOf(roots: readonly Root[], chosen: readonly Chosen[]): ReadonlyMap<string, Reason[]> {
  const reasons = new Map<string, Reason[]>();
  const note = (item: Item, reason: Reason): void => {
    const known = reasons.get(keyOf(item));
    if (known === undefined) reasons.set(keyOf(item), [reason]);
    else known.push(reason);
  };
  for (const root of roots) note(root, { by: null, range: root.range });
  for (const { kind, slug, candidate } of chosen) {
    const by = { kind, slug, version: candidate.version };
    for (const requirement of candidate.requires)
      note(required(requirement), { by, range: requirement.range });
  }
  return reasons;
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
  const reasons = reasonsOf(roots, chosen);
  const at = (index: number): Chosen => {
    const item = chosen[index];
    if (item === undefined) throw new RangeError('no such item');
    return item;
  };
  const planned = (index: number): PlannedItem => {
    const { kind, slug, candidate } = at(index);
    const { version, sha256, bytes, requires } = candidate;
    const why = reasons.get(keyOf({ kind, slug })) ?? [];
    return { kind, slug, version, sha256, bytes, requires, reasons: why };
  };
  const missing = [...reasons].flatMap(([key, why]): MissingItem[] => {
    const slash = key.indexOf('/');
    return indexes.has(key) ? [] : [{ kind: key.slice(0, slash), slug: key.slice(slash + 1), reasons: why }];
  });
  return {
    items: parts.flatMap((part) => [...part].sort((a, b) => a - b).map(planned)),
    missing: missing.sort(byName),
    cycles: cycles(links, parts).map((cycle) =>
      cycle.map((index) => ({ kind: at(index).kind, slug: at(index).slug })),
    ),
  };
}
