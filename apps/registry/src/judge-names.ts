import { permits } from '@loam/contracts/scopes';
import type { Item } from '@loam/contracts/skill';
import type { Database, Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import type { Call } from '@loam/messaging';
import { lookAlikeFault, nameConcerns, reservedFault, writtenNameFault, type NameFault } from './name-rules';
import { isTaken, namespaceOf } from './names.queries';
import type { PopularNames } from './popular-names';

type Code = 'namespace-owned' | 'slug-reserved' | 'slug-look-alike';

const byRule = <C extends string>(code: C, { rule, detail }: NameFault): Rejection<C> =>
  reject(code, `${detail} [${rule}]`, '/slug');

type Caller = Pick<Call, 'identity' | 'tenant'>;

/** Whether somebody owns the namespace of a slug; refused where that is neither the caller nor does it administer. */
async function judgeOwner(
  tx: Tx,
  slug: string,
  { identity }: Caller,
  verb: string,
): Promise<{ readonly claimed: boolean } | Rejection<'namespace-owned'>> {
  const namespace = await namespaceOf(tx, slug);
  const owns = namespace?.owners.includes(identity.actor.id) ?? true;
  return owns || permits(identity.scopes, 'tenant:admin')
    ? { claimed: namespace !== undefined }
    : reject('namespace-owned', `Only the owners of ${namespace?.prefix ?? slug} ${verb} ${slug}.`, '/slug');
}

/** Why the caller may not withdraw versions of an item or move its channels; undefined where it may. */
export const judgeChange = (
  database: Database,
  { slug }: Item,
  call: Caller,
): Promise<Rejection<'namespace-owned'> | undefined> =>
  database.tenant(call.tenant, async (tx) => {
    const judged = await judgeOwner(tx, slug, call, 'change');
    return 'rejected' in judged ? judged : undefined;
  });

interface Named {
  /** What somebody should look at before the item is trusted. */
  readonly concerns: readonly NameFault[];
  /** The names of others that a new item must keep away from. */
  readonly popular: readonly string[];
}

/** Whether the caller may publish under a slug. */
export async function judgeNames(
  tx: Tx,
  { kind, slug }: Item,
  call: Caller,
  names: PopularNames,
): Promise<Named | Rejection<Code>> {
  const [owner, taken] = await Promise.all([
    judgeOwner(tx, slug, call, 'publish'),
    isTaken(tx, { kind, slug }),
  ]);
  if ('rejected' in owner) return owner;
  // A name that was given stays as it is, whatever the rules are by now.
  if (taken) return { concerns: [], popular: [] };
  const reserved = reservedFault(slug, owner.claimed);
  if (reserved !== undefined) return byRule('slug-reserved', reserved);
  if (owner.claimed) return { concerns: [], popular: [] };
  const popular = await names.ofOthers(tx, call.tenant, call.identity.actor.id);
  const alike = lookAlikeFault(slug, popular);
  return alike === undefined
    ? { concerns: nameConcerns({ kind, slug }, popular), popular }
    : byRule('slug-look-alike', alike);
}

/** Why the name in SKILL.md is refused. */
export function judgeWrittenName(name: string | null): Rejection<'name-invalid'> | undefined {
  const fault = name === null ? undefined : writtenNameFault(name);
  return fault && reject('name-invalid', `${fault.detail} [${fault.rule}]`, 'SKILL.md');
}
