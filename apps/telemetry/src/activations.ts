import { z } from 'zod';
import type { Tx } from '@loam/database';
import { activationsOf, contributionOf, toldOf, toldSchema, type Activation, type Told } from './activation';
import { negative, type Contribution } from './counters';
import type { Fact } from './facts';
import { arrays, names, unnest, type Column } from './unnest';

/** Holds each key until the transaction ends, in their order; a new one belongs to no group yet. */
const LOCK_KEYS = `
  INSERT INTO activation_keys AS kept (tenant_id, key)
  SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[]) AS given (tenant, key) ORDER BY tenant, key
  ON CONFLICT (tenant_id, key) DO UPDATE SET key = excluded.key
  RETURNING tenant_id AS tenant, key, group_id AS "group"`;

const LOCK_GROUPS = `
  SELECT tenant_id AS tenant, id, signals FROM activation_groups
  WHERE (tenant_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[])) ORDER BY tenant_id, id FOR UPDATE`;

/** Signals that share keys, directly or through others. It is named after the smallest id among them. */
interface Group {
  readonly tenant: string;
  readonly signals: readonly Told[];
}

const keySchema = z.array(z.object({ tenant: z.string(), key: z.string(), group: z.string().nullable() }));
const groupSchema = z.array(z.object({ tenant: z.string(), id: z.string(), signals: z.array(toldSchema) }));

export interface LockedActivations {
  /** The group of each key of the batch, by tenant and key. */
  readonly groupOfKey: ReadonlyMap<string, string | null>;
  readonly groups: ReadonlyMap<string, Group>;
}

const none: LockedActivations = { groupOfKey: new Map(), groups: new Map() };

const isActivation = ({ type }: Fact): boolean => type === 'activation';

/** Holds what is known of the activations that facts may be of, until the transaction ends. */
export async function lockActivations(tx: Tx, facts: readonly Fact[]): Promise<LockedActivations> {
  const wanted = facts
    .filter(isActivation)
    .flatMap(({ tenant, keys }) => keys.map((key) => ({ tenant, key })));
  if (wanted.length === 0) return none;
  const keys = keySchema.parse(
    await tx.query(LOCK_KEYS, [wanted.map(({ tenant }) => tenant), wanted.map(({ key }) => key)]),
  );
  const known = keys.filter(({ group }) => group !== null);
  const groups =
    known.length === 0
      ? []
      : groupSchema.parse(
          await tx.query(LOCK_GROUPS, [known.map(({ tenant }) => tenant), known.map(({ group }) => group)]),
        );
  return {
    groupOfKey: new Map(keys.map(({ tenant, key, group }) => [`${tenant}/${key}`, group])),
    groups: new Map(groups.map(({ tenant, id, signals }) => [`${tenant}/${id}`, { tenant, signals }])),
  };
}

/** Puts signals that share a key together. */
export function groupsOf(tenant: string, told: readonly Told[]): Group[] {
  const groups: { keys: Set<string>; signals: Told[] }[] = [];
  for (const signal of told) {
    const joined = { keys: new Set(signal.keys), signals: [signal] };
    for (const group of groups.filter(({ keys }) => signal.keys.some((key) => keys.has(key)))) {
      for (const key of group.keys) joined.keys.add(key);
      joined.signals.push(...group.signals);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(joined);
  }
  return groups.map(({ signals }) => ({
    tenant,
    signals: signals.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }));
}

const idOf = ({ signals }: Group): string => signals[0]?.id ?? '';

/** Each tenant's signals, those of the batch and those known before that share keys with them. */
function regrouped(facts: readonly Fact[], { groups }: LockedActivations): Group[] {
  const byTenant = new Map<string, Told[]>();
  const add = (tenant: string, told: readonly Told[]): void => {
    byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), ...told]);
  };
  for (const fact of facts) if (isActivation(fact)) add(fact.tenant, [toldOf(fact)]);
  for (const { tenant, signals } of groups.values()) add(tenant, signals);
  return [...byTenant].flatMap(([tenant, told]) => groupsOf(tenant, told));
}

interface Row extends Activation {
  readonly tenant: string;
}
const rowsOf = (groups: Iterable<Group>): Row[] =>
  [...groups].flatMap(({ tenant, signals }) => activationsOf(signals).map((each) => ({ ...each, tenant })));

const groupColumns: readonly Column<Group>[] = [
  ['tenant_id', 'uuid', ({ tenant }) => tenant],
  ['id', 'uuid', idOf],
  ['signals', 'jsonb', ({ signals }) => JSON.stringify(signals)],
];
const keyColumns: readonly Column<{ tenant: string; key: string; group: string }>[] = [
  ['tenant_id', 'uuid', ({ tenant }) => tenant],
  ['key', 'text', ({ key }) => key],
  ['group_id', 'uuid', ({ group }) => group],
];
const activationColumns: readonly Column<Row>[] = [
  ['tenant_id', 'uuid', ({ tenant }) => tenant],
  ['id', 'uuid', ({ id }) => id],
  ['at', 'timestamptz', ({ at }) => at],
  ['kind', 'text', ({ kind }) => kind],
  ['slug', 'text', ({ slug }) => slug],
  ['version', 'text', ({ version }) => version],
  ['project', 'text', ({ project }) => project],
  ['session', 'text', ({ session }) => session],
  ['person', 'text', ({ person }) => person],
  ['trigger', 'text', ({ trigger }) => trigger],
  ['sources', 'text', ({ sources }) => sources.join(' ')],
];

const put = <R>(table: string, key: string, columns: readonly Column<R>[]): string => `
  INSERT INTO ${table} (${names(columns)}) SELECT * FROM ${unnest(columns)}
  ON CONFLICT (${key}) DO UPDATE SET ${columns.map(([name]) => `${name} = excluded.${name}`).join(', ')}`;

const remove = (table: string): string =>
  `DELETE FROM ${table} WHERE (tenant_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

/** Adds facts to the activations that they tell of. @returns what counts otherwise than before */
export async function tellActivations(
  tx: Tx,
  facts: readonly Fact[],
  locked: LockedActivations,
): Promise<Contribution[]> {
  const groups = regrouped(facts, locked);
  if (groups.length === 0) return [];
  const [before, now] = [rowsOf(locked.groups.values()), rowsOf(groups)];
  const gone = [...locked.groups].map(([key, { tenant }]) => ({ tenant, id: key.slice(tenant.length + 1) }));
  for (const [table, rows] of [
    ['activation_groups', gone],
    ['activations', before],
  ] as const)
    if (rows.length > 0)
      await tx.query(remove(table), [rows.map(({ tenant }) => tenant), rows.map(({ id }) => id)]);
  // Only signals with keys can meet others; what has none is an activation and no group.
  const meeting = groups.filter(({ signals }) => signals.some(({ keys }) => keys.length > 0));
  const keys = meeting.flatMap((group) =>
    [...new Set(group.signals.flatMap(({ keys: own }) => own))].map((key) => ({
      ...{ tenant: group.tenant, key, group: idOf(group) },
    })),
  );
  await tx.query(put('activation_groups', 'tenant_id, id', groupColumns), arrays(groupColumns, meeting));
  await tx.query(put('activation_keys', 'tenant_id, key', keyColumns), arrays(keyColumns, keys));
  await tx.query(put('activations', 'tenant_id, id', activationColumns), arrays(activationColumns, now));
  return [
    ...before.map(({ tenant, ...activation }) => negative(contributionOf(tenant, activation))),
    ...now.map(({ tenant, ...activation }) => contributionOf(tenant, activation)),
  ];
}
