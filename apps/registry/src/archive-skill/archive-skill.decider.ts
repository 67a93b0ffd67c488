import { SkillArchived } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import { accept, reject, type Decider } from '@loam/kernel';
import { evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';

export const archiveSkill: Decider<Item, SkillState, SkillEvent, 'skill-not-found'> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: ({ kind, slug }, state) => {
    if (state.size === 0) return reject('skill-not-found', `There is no ${kind} called ${slug}.`);
    const versions = [...state]
      .filter(([, { status }]) => status === 'published')
      .map(([version]) => version);
    return versions.length === 0
      ? accept()
      : accept({ type: SkillArchived.name, data: { kind, slug, versions } });
  },
};
