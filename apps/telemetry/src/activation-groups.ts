import { activationsOf, contributionOf, isCall, toldOf, type Activation, type Told } from './activation';
import { negative, type Contribution } from './counters';
import type { Fact } from './facts';

/**
 * The most signals that are put together. Each is put together with all before it, so this bounds what one of them costs.
 */
const MOST_SIGNALS = 100;

/** Signals that share keys, directly or through others, and the activations behind them. */
export interface Group {
  readonly tenant: string;
  readonly signals: readonly Told[];
  readonly activations: readonly Activation[];
}

export const groupOf = (tenant: string, signals: readonly Told[]): Group => ({
  ...{ tenant, signals },
  activations: activationsOf(signals),
});

/** A group is named after the smallest id among its signals. */
export const idOf = ({ signals }: Group): string => signals[0]?.id ?? '';
export const keysOf = ({ signals }: Group): string[] => [...new Set(signals.flatMap(({ keys }) => keys))];

export const isActivation = ({ type }: Fact): boolean => type === 'activation';

/** A group with one signal more, and with the groups that the signal connects. */
const joined = (tenant: string, signal: Told, groups: Iterable<Group>): Group =>
  groupOf(
    tenant,
    [signal, ...[...groups].flatMap(({ signals }) => signals)].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );

interface Placed {
  readonly signal: Told;
  /** The groups that it connects. */
  readonly groups: ReadonlySet<Group>;
}

/**
 * Where a signal belongs. Where a group is full, it counts for itself without the key that leads there.
 * @returns undefined where a full group knows its very call, so that it tells nothing new
 */
function placeOf(fact: Fact, byKey: ReadonlyMap<string, Group>): Placed | undefined {
  const groups = new Set<Group>();
  const keys: string[] = [];
  let size = 1;
  for (const key of fact.keys) {
    const group = byKey.get(`${fact.tenant}/${key}`);
    const more = group === undefined || groups.has(group) ? 0 : group.signals.length;
    if (size + more <= MOST_SIGNALS) {
      size += more;
      keys.push(key);
      if (group !== undefined) groups.add(group);
    } else if (isCall(key)) return undefined;
  }
  return { signal: toldOf({ ...fact, keys }), groups };
}

/** What counts otherwise than before; what is the same in both counts as it did. */
function changesOf(tenant: string, before: Iterable<Group>, now: Group): Contribution[] {
  const gone = new Map(
    [...before].flatMap(({ activations }) =>
      activations.map((each) => [JSON.stringify(each), each] as const),
    ),
  );
  const come = now.activations.filter((each) => !gone.delete(JSON.stringify(each)));
  return [
    ...[...gone.values()].map((each) => negative(contributionOf(tenant, each))),
    ...come.map((each) => contributionOf(tenant, each)),
  ];
}

export interface Regrouped {
  readonly groups: readonly Group[];
  readonly contributions: readonly Contribution[];
}

/**
 * Adds signals to the groups, one after the other, so that what is counted does not depend on how they were batched.
 */
export function regroup(facts: readonly Fact[], known: Iterable<Group>): Regrouped {
  const groups = new Set<Group>();
  const byKey = new Map<string, Group>();
  const enter = (group: Group): void => {
    groups.add(group);
    for (const key of keysOf(group)) byKey.set(`${group.tenant}/${key}`, group);
  };
  for (const group of known) enter(group);
  const contributions: Contribution[] = [];
  for (const fact of facts.filter(isActivation)) {
    const placed = placeOf(fact, byKey);
    if (placed === undefined) continue;
    const now = joined(fact.tenant, placed.signal, placed.groups);
    for (const group of placed.groups) groups.delete(group);
    enter(now);
    contributions.push(...changesOf(fact.tenant, placed.groups, now));
  }
  return { groups: [...groups], contributions };
}
