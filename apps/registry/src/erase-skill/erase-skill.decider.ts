import { SkillErased } from '@loam/contracts/registry';
import { accept, type Decider } from '@loam/kernel';
import { evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';
import { whichVersions, type ItemOrVersion } from '../which-versions.rules';

type Code = 'skill-not-found' | 'version-not-found';

/** Erasing what is erased changes nothing. */
export const eraseSkill: Decider<ItemOrVersion & { readonly reason: string }, SkillState, SkillEvent, Code> =
  {
    initial: noSkill,
    evolve: evolveSkill,
    decide: (command, state) => {
      const asked = whichVersions(command, state);
      if ('rejected' in asked) {
        const { rejected } = asked;
        return rejected === 'version-erased' ? accept() : { ...asked, rejected };
      }
      const { kind, slug, reason } = command;
      const versions = asked.map((version) => ({
        version,
        sha256: state.versions.get(version)?.sha256 ?? '',
      }));
      return accept({ type: SkillErased.name, data: { kind, slug, versions, reason } });
    },
  };
