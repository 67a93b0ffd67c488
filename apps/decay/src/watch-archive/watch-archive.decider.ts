import { accept, type Decider } from '@loam/kernel';
import type { Item } from '@loam/contracts/skill';
import {
  cleared,
  evolveVitals,
  isCandidate,
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
  readonly at: string;
}

/** Whether none of its versions is in the catalog once these have left. */
const isGone = (known: Vitals['versions'], leaving: readonly string[]): boolean =>
  [...known].every(([version, { observed, retired }]) => !observed || retired || leaving.includes(version));

/** The latest news of each version counts, in whatever order it comes and whether or not its publication did. */
export const watchArchive: Decider<News, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: ({ kind, slug, versions: told, retired, asOf, at }, state) => {
    const known = state.versions;
    const versions = [...new Set(told)].filter((version) => asOf > (known.get(version)?.asOf ?? -1));
    if (versions.length === 0) return accept();
    const data = { kind, slug, versions, asOf };
    if (!retired) return accept({ type: SkillReturned.name, data: { ...data, at } });
    const left: VitalsEvent = { type: SkillRetired.name, data };
    if (!isCandidate(state) || !isGone(known, versions)) return accept(left);
    return accept(left, cleared({ kind, slug }, 'archived'));
  },
};
