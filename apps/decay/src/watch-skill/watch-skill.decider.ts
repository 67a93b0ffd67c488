import type { EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { evolveVitals, SkillObserved, unknownItem, type Vitals, type VitalsEvent } from '../vitals.stream';

/** A version comes into the catalog once; hearing of it again changes nothing. */
export const watchSkill: Decider<EventData<typeof SkillObserved>, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: (publication, { versions }) =>
    versions.get(publication.version)?.observed === true
      ? accept()
      : accept({ type: SkillObserved.name, data: publication }),
};
