import { SkillUnarchived } from '@loam/contracts/registry';
import { accept, type Decider } from '@loam/kernel';
import { evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';
import { whichVersions, type ItemOrVersion } from '../which-versions.rules';

type Code = 'skill-not-found' | 'version-not-found' | 'version-erased';

/** A whole item comes back as it was before it was last archived: what was archived before that, stays. */
export const unarchiveSkill: Decider<ItemOrVersion, SkillState, SkillEvent, Code> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: (command, state) => {
    const asked = whichVersions(command, state);
    if ('rejected' in asked) return asked;
    const { kind, slug, version: one } = command;
    const isMeant = (version: string): boolean =>
      one !== null || (state.lastArchived?.includes(version) ?? true);
    const versions = asked.filter(
      (version) => isMeant(version) && state.versions.get(version)?.archived === true,
    );
    return versions.length === 0
      ? accept()
      : accept({ type: SkillUnarchived.name, data: { kind, slug, versions } });
  },
};
