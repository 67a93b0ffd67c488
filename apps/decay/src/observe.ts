import type { DecayState } from '@loam/contracts/decay';
import type { DecayRule } from '@loam/contracts/decay-policy';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { NO_STREAM, type Cause, type RecordedEvent, type UnitOfWork } from '@loam/event-store';
import type { Decider, Rejection } from '@loam/kernel';
import {
  dayKey,
  unknownItem,
  vitalsStream,
  type DayState,
  type VersionState,
  type Vitals,
  type VitalsEvent,
} from './vitals.stream';

/** What of an item an observation is about: only this is read. */
export interface About extends Item {
  /** A version of a day of use. */
  readonly use?: { readonly version: string | null; readonly day: string };
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
  SELECT kind, slug, version, to_char(day, 'YYYY-MM-DD') AS day, sequence, uses
  FROM usage_days d
  JOIN unnest($1::text[], $2::text[], $3::text[], $4::date[]) AS g (kind, slug, version, day) USING (kind, slug, version, day)
  WHERE d.tenant_id = current_setting('loam.tenant')::uuid`;

interface Standing extends Item {
  readonly revision: number;
  readonly state: DecayState;
  readonly rules: DecayRule[];
  readonly pinned: boolean;
  readonly snoozedUntil: Date | null;
}
type VersionRow = Item & { version: string; evaluatedAt: Date | null } & Omit<VersionState, 'evaluatedAt'>;
type DayRow = Item & { version: string; day: string } & DayState;

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
        ]);
  return grouped(rows, (row) => [dayKey(row), { sequence: row.sequence, uses: row.uses }]);
}

/** The rows that the items' streams have led to: a stream itself grows by an event for every few seconds of use. */
async function readVitals(tx: Tx, about: readonly About[]): Promise<(item: Item) => Found> {
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

/** As `observe`, each of another item, with a decider that refuses nothing. */
export async function observeAll<Command>(
  unit: UnitOfWork,
  decider: Decider<Command, Vitals, VitalsEvent, never>,
  observations: readonly Observation<Command>[],
): Promise<void> {
  const find = await readVitals(
    unit.tx,
    observations.map(({ about }) => about),
  );
  const appends = observations.flatMap(({ about, command, cause }) => {
    const { revision, vitals } = find(about);
    const decision = decider.decide(command, vitals);
    if ('rejected' in decision || decision.events.length === 0) return [];
    const stream = vitalsStream(unit.context.tenant, about);
    return [{ stream, expected: revision, facts: decision.events, cause }];
  });
  if (appends.length > 0) await unit.append(...appends);
}
