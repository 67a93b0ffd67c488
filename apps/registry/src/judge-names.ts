import { permits } from '@loam/contracts/scopes';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import type { Call } from '@loam/messaging';
import { lookAlikeFault, nameConcerns, reservedFault, writtenNameFault, type NameFault } from './name-rules';
import { isTaken, namespaceOf } from './names.queries';
import type { PopularNames } from './popular-names';

type Code = 'namespace-owned' | 'slug-reserved' | 'slug-look-alike';

const byRule = <C extends string>(code: C, { rule, detail }: NameFault): Rejection<C> =>
  reject(code, `${detail} [${rule}]`, '/slug');

/** Whether the caller may publish under a slug, and what somebody should look at before it is trusted. */
export async function judgeNames(
  tx: Tx,
  { kind, slug }: Item,
  { identity, tenant }: Pick<Call, 'identity' | 'tenant'>,
  names: PopularNames,
): Promise<{ readonly concerns: readonly NameFault[] } | Rejection<Code>> {
  const namespace = await namespaceOf(tx, slug);
  const owns = namespace?.owners.includes(identity.actor.id) ?? true;
  if (!owns && !permits(identity.scopes, 'tenant:admin'))
    return reject(
      'namespace-owned',
      `Only the owners of ${namespace?.prefix ?? slug} publish ${slug}.`,
      '/slug',
    );
  // A name that was given stays as it is, whatever the rules are by now.
  if (await isTaken(tx, { kind, slug })) return { concerns: [] };
  const reserved = reservedFault(slug, namespace !== undefined);
  if (reserved !== undefined) return byRule('slug-reserved', reserved);
  if (namespace !== undefined) return { concerns: [] };
  const popular = await names.ofOthers(tx, tenant, kind, identity.actor.id);
  const alike = lookAlikeFault(slug, popular);
  return alike === undefined
    ? { concerns: nameConcerns({ kind, slug }, popular) }
    : byRule('slug-look-alike', alike);
}

/** Why the name in SKILL.md is refused. */
export function judgeWrittenName(name: string | null): Rejection<'name-invalid'> | undefined {
  const fault = name === null ? undefined : writtenNameFault(name);
  return fault && reject('name-invalid', `${fault.detail} [${fault.rule}]`, 'SKILL.md');
}
