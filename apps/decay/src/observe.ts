import type { DecayState } from '@loam/contracts/decay';
import type { DecayRule } from '@loam/contracts/decay-policy';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { NO_STREAM, type Append, type Cause, type RecordedEvent, type UnitOfWork } from '@loam/event-store';
import type { Decider, Rejection } from '@loam/kernel';
import {
  dayKey,
  unknownItem,
  vitalsStream,
  type DayState,
  type UseDay,
  type VersionState,
  type Vitals,
  type VitalsEvent,
} from './vitals.stream';

/** What of an item an observation is about: only this is read. */
export interface About extends Item {
  /** A version of a day of use. */
  readonly use?: UseDay;
}

const GIVEN = `unnest($1::text[], $2::text[]) AS g (kind, slug)`;

const STANDINGS = `
  SELECT kind, slug, revision, state, rules, pinned, snoozed_until AS "snoozedUntil"
  FROM vitals v JOIN ${GIVEN} USING (kind, slug) WHERE v.tenant_id = current_setting('loam.tenant')::uuid`;

const VERSIONS = `
  SELECT kind, slug, version, published_at IS NOT NULL AS observed, retired, retired_as_of AS "asOf",
    evaluated_at AS "evaluatedAt"
  FROM versions v JOIN ${GIVEN} USING (kind, slug) WHERE v.tenant_id = current_setting('loam.tenant')::uuid`;

const DAYS = `
  SELECT kind, slug, version, told_as AS "toldAs", to_char(day, 'YYYY-MM-DD') AS day, sequence, uses, successes
  FROM usage_days d
  JOIN unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::text[]) AS g (kind, slug, version, day, told_as)
    USING (kind, slug, version, day, told_as)
  WHERE d.tenant_id = current_setting('loam.tenant')::uuid`;

interface Standing extends Item {
  readonly revision: number;
  readonly state: DecayState;
  readonly rules: DecayRule[];
  readonly pinned: boolean;
  readonly snoozedUntil: Date | null;
}
type VersionRow = Item & { version: string; evaluatedAt: Date | null } & Omit<VersionState, 'evaluatedAt'>;
type DayRow = Item & { version: string; day: string; toldAs: string } & DayState;

/** An item as it stands, and where its stream does. */
export interface Found {
  readonly vitals: Vitals;
  readonly revision: number;
}

const keyOf = ({ kind, slug }: Item): string => `${kind}/${slug}`;
const columns = (items: readonly Item[]): [string[], string[]] => [
  items.map(({ kind }) => kind),
  items.map(({ slug }) => slug),
];

const grouped = <Row extends Item, Value>(
  rows: readonly Row[],
  entry: (row: Row) => readonly [string, Value],
): Map<string, Map<string, Value>> => {
  const groups = new Map<string, Map<string, Value>>();
  for (const row of rows) {
    const group = groups.get(keyOf(row)) ?? new Map<string, Value>();
    groups.set(keyOf(row), group.set(...entry(row)));
  }
  return groups;
};

async function readVersions(tx: Tx, items: readonly About[]) {
  // A use says nothing of versions: they are many, and uses are most of what is heard.
  const about = items.filter(({ use }) => use === undefined);
  const rows = about.length === 0 ? [] : await tx.query<VersionRow[]>(VERSIONS, columns(about));
  return grouped(rows, ({ version, observed, retired, asOf, evaluatedAt }) => [
    version,
    { observed, retired, asOf, evaluatedAt: evaluatedAt?.toISOString() ?? null },
  ]);
}

async function readDays(tx: Tx, items: readonly About[]) {
  const used = items.flatMap(({ kind, slug, use }) => (use === undefined ? [] : [{ kind, slug, ...use }]));
  const rows =
    used.length === 0
      ? []
      : await tx.query<DayRow[]>(DAYS, [
          ...columns(used),
          used.map(({ version }) => version ?? ''),
          used.map(({ day }) => day),
          used.map(({ toldAs = '' }) => toldAs),
        ]);
  return grouped(rows, (row) => [
    dayKey(row),
    { sequence: row.sequence, uses: row.uses, successes: row.successes },
  ]);
}

/** The rows that the items' streams have led to: a stream itself grows by an event for every few seconds of use. */
export async function readVitals(tx: Tx, about: readonly About[]): Promise<(item: Item) => Found> {
  // First: whatever changes after this is a conflict, and the observation is made again.
  const standings = await tx.query<Standing[]>(STANDINGS, columns(about));
  const byItem = new Map(standings.map((row) => [keyOf(row), row]));
  const versions = await readVersions(tx, about);
  const days = await readDays(tx, about);
  return (item) => {
    const standing = byItem.get(keyOf(item));
    return {
      revision: standing?.revision ?? NO_STREAM,
      vitals: {
        ...unknownItem,
        ...(standing && {
          ...{ state: standing.state, rules: standing.rules, pinned: standing.pinned },
          snoozedUntil: standing.snoozedUntil?.toISOString() ?? null,
        }),
        versions: versions.get(keyOf(item)) ?? new Map(),
        days: days.get(keyOf(item)) ?? new Map(),
      },
    };
  };
}

/** Decides what something means for an item and appends that. What changes meanwhile is a conflict. */
export async function observe<Command, Code extends string>(
  unit: UnitOfWork,
  decider: Decider<Command, Vitals, VitalsEvent, Code>,
  about: Item,
  command: Command,
): Promise<readonly RecordedEvent[] | Rejection<Code>> {
  const { revision, vitals } = (await readVitals(unit.tx, [about]))(about);
  const decision = decider.decide(command, vitals);
  if ('rejected' in decision) return decision;
  if (decision.events.length === 0) return [];
  const stream = vitalsStream(unit.context.tenant, about);
  return unit.append({ stream, expected: revision, facts: decision.events });
}

/** What was seen of an item, and the cause of what comes of it. */
interface Observation<Command> {
  readonly about: About;
  readonly command: Command;
  readonly cause: Cause;
}

/** As `observe`, with a decider that refuses nothing; what concerns the same item has the cause of the first of it. */
export async function observeAll<Command>(
  unit: UnitOfWork,
  decider: Decider<Command, Vitals, VitalsEvent, never>,
  observations: readonly Observation<Command>[],
): Promise<void> {
  const find = await readVitals(
    unit.tx,
    observations.map(({ about }) => about),
  );
  const seen = new Map<string, { vitals: Vitals; append: Append & { facts: VitalsEvent[] } }>();
  for (const { about, command, cause } of observations) {
    const stream = vitalsStream(unit.context.tenant, about);
    const { revision, vitals } = find(about);
    const item = seen.get(stream) ?? { vitals, append: { stream, expected: revision, facts: [], cause } };
    const decision = decider.decide(command, item.vitals);
    if ('rejected' in decision) continue;
    item.append.facts.push(...decision.events);
    seen.set(stream, {
      ...item,
      vitals: decision.events.reduce((vitals, event) => decider.evolve(vitals, event), item.vitals),
    });
  }
  const appends = [...seen.values()].map(({ append }) => append).filter(({ facts }) => facts.length > 0);
  if (appends.length > 0) await unit.append(...appends);
}
