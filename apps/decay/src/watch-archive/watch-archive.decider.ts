import type { EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { evolveVitals, SkillRetired, unknownItem, type Vitals, type VitalsEvent } from '../vitals.stream';

/** A version that has left the catalog stays away, whether or not its publication was heard of before. */
export const watchArchive: Decider<EventData<typeof SkillRetired>, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: ({ kind, slug, versions: archived }, { versions: known }) => {
    const versions = [...new Set(archived)].filter((version) => known.get(version)?.retired !== true);
    return versions.length === 0
      ? accept()
      : accept({ type: SkillRetired.name, data: { kind, slug, versions } });
  },
};
