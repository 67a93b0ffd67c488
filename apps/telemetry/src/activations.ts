import { z } from 'zod';
import type { Tx } from '@loam/database';
import { toldSchema, type Activation } from './activation';
import { groupOf, idOf, isActivation, keysOf, regroup, type Group } from './activation-groups';
import type { Contribution } from './counters';
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

const keySchema = z.array(z.object({ tenant: z.string(), key: z.string(), group: z.string().nullable() }));
const groupSchema = z.array(z.object({ tenant: z.string(), id: z.string(), signals: z.array(toldSchema) }));

export interface LockedActivations {
  /** The group of each key of the batch, by tenant and key. */
  readonly groupOfKey: ReadonlyMap<string, string | null>;
  readonly groups: ReadonlyMap<string, Group>;
}

const none: LockedActivations = { groupOfKey: new Map(), groups: new Map() };

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
    groups: new Map(groups.map(({ tenant, id, signals }) => [`${tenant}/${id}`, groupOf(tenant, signals)])),
  };
}

interface Row extends Activation {
  readonly tenant: string;
}
const rowsOf = (groups: Iterable<Group>): Row[] =>
  [...groups].flatMap(({ tenant, activations }) => activations.map((each) => ({ ...each, tenant })));

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
): Promise<readonly Contribution[]> {
  const { groups, contributions } = regroup(facts, locked.groups.values());
  if (groups.length === 0) return contributions;
  await forget(tx, locked);
  // Only signals with keys can meet others; what has none is an activation and no group.
  const meeting = groups.filter((group) => keysOf(group).length > 0);
  const keys = meeting.flatMap((group) =>
    keysOf(group).map((key) => ({ tenant: group.tenant, key, group: idOf(group) })),
  );
  await tx.query(put('activation_groups', 'tenant_id, id', groupColumns), arrays(groupColumns, meeting));
  await tx.query(put('activation_keys', 'tenant_id, key', keyColumns), arrays(keyColumns, keys));
  const rows = rowsOf(groups);
  await tx.query(put('activations', 'tenant_id, id', activationColumns), arrays(activationColumns, rows));
  return contributions;
}

/** What was known is written anew, since groups that are connected go under one name. */
async function forget(tx: Tx, { groups }: LockedActivations): Promise<void> {
  if (groups.size === 0) return;
  const known = [...groups.values()];
  for (const [table, rows] of [
    ['activation_groups', known.map((group) => ({ tenant: group.tenant, id: idOf(group) }))],
    ['activations', rowsOf(known)],
  ] as const)
    await tx.query(remove(table), [rows.map(({ tenant }) => tenant), rows.map(({ id }) => id)]);
}
