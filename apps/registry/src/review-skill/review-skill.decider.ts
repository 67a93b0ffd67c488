import { fact } from '@loam/contracts/define';
import { SkillReviewed } from '@loam/contracts/registry';
import { accept, type Decider } from '@loam/kernel';
import { evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';
import { whichVersions, type ItemOrVersion } from '../which-versions.rules';

type Code = 'skill-not-found' | 'version-not-found' | 'version-erased';

interface Review extends ItemOrVersion {
  readonly version: string;
  readonly decision: 'allow' | 'block';
  readonly reason: string;
}

/** A person outweighs every scan, until a person decides otherwise. Deciding the same again changes nothing. */
export const reviewSkill: Decider<Review, SkillState, SkillEvent, Code> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: (command, state) => {
    const asked = whichVersions(command, state);
    if ('rejected' in asked) return asked;
    return state.versions.get(command.version)?.reviewed === command.decision
      ? accept()
      : accept<SkillEvent>(fact(SkillReviewed, command));
  },
};
