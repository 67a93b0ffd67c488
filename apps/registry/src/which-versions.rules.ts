import type { Item } from '@loam/contracts/skill';
import { reject, type Rejection } from '@loam/kernel';
import type { SkillState } from './skill.stream';

/** An item, or one version of it. */
export interface ItemOrVersion extends Item {
  readonly version: string | null;
}

type Missing = Rejection<'skill-not-found' | 'version-not-found' | 'version-erased'>;

/** The versions that a command is about, whatever became of them but erasure, or why there are none. */
export function whichVersions(
  { kind, slug, version }: ItemOrVersion,
  { versions }: SkillState,
): readonly string[] | Missing {
  if (versions.size === 0) return reject('skill-not-found', `There is no ${kind} called ${slug}.`);
  if (version !== null && !versions.has(version))
    return reject('version-not-found', `There is no version ${version} of ${slug}.`);
  const asked = version === null ? [...versions.keys()] : [version];
  const left = asked.filter((each) => versions.get(each)?.erased === false);
  return left.length > 0
    ? left
    : reject('version-erased', version === null ? `${slug} was erased.` : `${slug} ${version} was erased.`);
}
