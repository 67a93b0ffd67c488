import { SkillUnyanked, SkillYanked } from '@loam/contracts/registry';
import { accept, type Decider } from '@loam/kernel';
import { evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';
import { whichVersions, type ItemOrVersion } from '../which-versions.rules';

type Code = 'skill-not-found' | 'version-not-found' | 'version-erased';
interface OneVersion extends ItemOrVersion {
  readonly version: string;
}

/** Yanking what is yanked changes nothing, its reason included. */
export const yankSkill: Decider<OneVersion & { readonly reason: string }, SkillState, SkillEvent, Code> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: (command, state) => {
    const asked = whichVersions(command, state);
    if ('rejected' in asked) return asked;
    const { kind, slug, version, reason } = command;
    return state.versions.get(version)?.yanked === true
      ? accept()
      : accept({ type: SkillYanked.name, data: { kind, slug, version, reason } });
  },
};

export const unyankSkill: Decider<OneVersion, SkillState, SkillEvent, Code> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: (command, state) => {
    const asked = whichVersions(command, state);
    if ('rejected' in asked) return asked;
    const { kind, slug, version } = command;
    return state.versions.get(version)?.yanked === true
      ? accept({ type: SkillUnyanked.name, data: { kind, slug, version } })
      : accept();
  },
};
