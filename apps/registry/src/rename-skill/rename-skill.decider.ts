import { fact, type EventData, type Fact } from '@loam/contracts/define';
import { SkillMovedIn, SkillRenamed } from '@loam/contracts/names';
import type { Item } from '@loam/contracts/skill';
import { reject, type Rejection } from '@loam/kernel';
import type { SkillState } from '../skill.stream';

interface Rename extends Item {
  readonly to: string;
  /** What the catalog tells of the versions besides what decisions need. */
  readonly told: ReadonlyMap<string, { readonly description: string; readonly publishedAt: string }>;
}

type Moved = EventData<typeof SkillMovedIn>['versions'];

/** The end of the item's stream, and the beginning of the one in which it goes on. */
export function renameSkill(
  { kind, slug, to, told }: Rename,
  { versions, channels, renamedTo }: SkillState,
): { readonly end: Fact; readonly beginning: Fact } | Rejection<'skill-not-found' | 'skill-renamed'> {
  if (renamedTo !== null) return reject('skill-renamed', `${slug} is called ${renamedTo} already.`);
  if (versions.size === 0) return reject('skill-not-found', `There is no ${kind} called ${slug}.`);
  const moved: Moved = [...versions].flatMap(([version, state]) => {
    const about = told.get(version);
    return about === undefined ? [] : [{ version, ...state, ...about }];
  });
  return {
    end: fact(SkillRenamed, { kind, slug, to, versions: [...versions.keys()] }),
    beginning: fact(SkillMovedIn, {
      ...{ kind, slug: to, from: slug, versions: moved },
      channels: [...channels].map(([channel, version]) => ({ channel, version })),
    }),
  };
}
