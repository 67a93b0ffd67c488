import type { Tx } from '@loam/database';
import { negative, type Contribution } from './counters';
import type { Fact } from './facts';
import { addToInvocation, contributionOf, invocationSchema, outcomeOf, type Invocation } from './invocation';
import { arrays, names, unnest, type Column } from './unnest';

/** Holds each row until the transaction ends, in the order of the keys; a new one comes with no state. */
const LOCK = `
  INSERT INTO invocations AS kept (tenant_id, id)
  SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) AS given (tenant, id) ORDER BY tenant, id
  ON CONFLICT (tenant_id, id) DO UPDATE SET id = excluded.id
  RETURNING tenant_id || '/' || id AS key, state`;

interface Row {
  readonly tenant: string;
  readonly id: string;
  readonly invocation: Invocation;
}

const columns: readonly Column<Row>[] = [
  ['tenant_id', 'uuid', ({ tenant }) => tenant],
  ['id', 'uuid', ({ id }) => id],
  ['state', 'jsonb', ({ invocation }) => JSON.stringify(invocation)],
  ['at', 'timestamptz', ({ invocation }) => invocation.about.at],
  ['kind', 'text', ({ invocation }) => invocation.about.value.kind],
  ['slug', 'text', ({ invocation }) => invocation.about.value.slug],
  ['version', 'text', ({ invocation }) => invocation.about.value.version],
  ['session', 'text', ({ invocation }) => invocation.about.value.session],
  ['outcome', 'text', ({ invocation }) => outcomeOf(invocation).outcome],
  ['duration_ms', 'int', ({ invocation }) => invocation.end?.value.durationMs ?? null],
];

const WRITE = `
  UPDATE invocations AS kept SET ${columns
    .slice(2)
    .map(([name]) => `${name} = given.${name}`)
    .join(', ')}
  FROM ${unnest(columns)} AS given (${names(columns)})
  WHERE kept.tenant_id = given.tenant_id AND kept.id = given.id`;

/** Nobody told of it before the batch that was refused, so there is nothing of it. */
const FORGET =
  'DELETE FROM invocations WHERE state IS NULL AND (tenant_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))';

const keyOf = ({ tenant, invocation }: Fact): string => `${tenant}/${invocation ?? ''}`;

export type LockedInvocations = ReadonlyMap<string, Invocation | null>;

/** Holds the invocations that facts tell of, with what is known of them, until the transaction ends. */
export async function lockInvocations(tx: Tx, facts: readonly Fact[]): Promise<LockedInvocations> {
  const about = facts.filter(({ invocation }) => invocation !== null);
  if (about.length === 0) return new Map();
  const rows = await tx.query<{ key: string; state: unknown }[]>(LOCK, [
    about.map(({ tenant }) => tenant),
    about.map(({ invocation }) => invocation),
  ]);
  return new Map(rows.map(({ key, state }) => [key, invocationSchema.nullable().parse(state)]));
}

/** Why a fact of an invocation is refused: somebody else began it, or it is of another item or version. */
export type Refusal = 'foreign' | 'mismatched';

type Known = Pick<Invocation['about'], 'value' | 'isStart'>;

const differ = (known: string, told: string): boolean => known !== '' && told !== '' && known !== told;
const isOfAnother = ({ value }: Known, { kind, slug, version }: Fact): boolean =>
  value.kind !== kind || value.slug !== slug || differ(value.version, version);

/** Whether a start finds words that are not of what it starts: who starts it owns it, so that they count no more. */
const startsAnew = (known: Known, fact: Fact): boolean =>
  fact.type === 'started' && !known.isStart && (known.value.actor !== fact.actor || isOfAnother(known, fact));

/** The facts that are refused. Before it is started, the first that tells of an invocation owns it. */
export function refusedAmong(facts: readonly Fact[], locked: LockedInvocations): ReadonlyMap<Fact, Refusal> {
  const invocations = new Map<string, Known>();
  const refused = new Map<Fact, Refusal>();
  for (const fact of facts) {
    if (fact.invocation === null) continue;
    const key = keyOf(fact);
    const known = invocations.get(key) ?? locked.get(key)?.about;
    if (known === undefined || startsAnew(known, fact))
      invocations.set(key, { value: fact, isStart: fact.type === 'started' });
    else if (known.value.actor !== fact.actor) refused.set(fact, 'foreign');
    else if (known.isStart && isOfAnother(known, fact)) refused.set(fact, 'mismatched');
    else if (fact.type === 'started') invocations.set(key, { value: fact, isStart: true });
  }
  return refused;
}

/**
 * Adds facts to their invocations, one after the other, so that what is counted does not depend on how they were
 * batched. @returns what counts otherwise than before
 */
export async function tellInvocations(
  tx: Tx,
  facts: readonly Fact[],
  locked: LockedInvocations,
): Promise<Contribution[]> {
  const changed = new Map<string, Row>();
  const contributions: Contribution[] = [];
  for (const fact of facts) {
    if (fact.invocation === null) continue;
    const { tenant } = fact;
    const key = keyOf(fact);
    const known = changed.get(key)?.invocation ?? locked.get(key) ?? null;
    const invocation = addToInvocation(known !== null && startsAnew(known.about, fact) ? null : known, fact);
    changed.set(key, { tenant, id: fact.invocation, invocation });
    if (known !== null) contributions.push(negative(contributionOf(tenant, known)));
    contributions.push(contributionOf(tenant, invocation));
  }
  if (changed.size > 0) await tx.query(WRITE, arrays(columns, [...changed.values()]));
  return contributions;
}

/** Removes those among the invocations of refused facts of which nothing was kept. */
export async function forgetInvocations(tx: Tx, facts: readonly Fact[]): Promise<void> {
  await tx.query(FORGET, [facts.map(({ tenant }) => tenant), facts.map(({ invocation }) => invocation)]);
}
