import { accept, type Decider } from '@loam/kernel';
import type { Item } from '@loam/contracts/skill';
import {
  evolveVitals,
  SkillRetired,
  SkillReturned,
  unknownItem,
  type Vitals,
  type VitalsEvent,
} from '../vitals.stream';

/** Versions of an item left the catalog, or came back. */
interface News extends Item {
  readonly versions: readonly string[];
  readonly retired: boolean;
  /** The revision of the item's stream that tells it. */
  readonly asOf: number;
}

/** The latest news of each version counts, in whatever order it comes and whether or not its publication did. */
export const watchArchive: Decider<News, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: ({ kind, slug, versions: told, retired, asOf }, { versions: known }) => {
    const versions = [...new Set(told)].filter((version) => asOf > (known.get(version)?.asOf ?? -1));
    if (versions.length === 0) return accept();
    const data = { kind, slug, versions, asOf };
    return accept(retired ? { type: SkillRetired.name, data } : { type: SkillReturned.name, data });
  },
};
