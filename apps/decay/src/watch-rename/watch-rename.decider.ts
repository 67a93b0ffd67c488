import type { EventData } from '@loam/contracts/define';
import type { SkillMovedIn } from '@loam/contracts/names';
import { accept, type Decider } from '@loam/kernel';
import {
  evolveVitals,
  SkillObserved,
  SkillRetired,
  unknownItem,
  type Vitals,
  type VitalsEvent,
} from '../vitals.stream';

interface Arrival extends Pick<EventData<typeof SkillMovedIn>, 'kind' | 'slug' | 'versions'> {
  /** The revision of the item's stream that tells it. */
  readonly asOf: number;
}

/** An item arrives under a new name with the versions that it had, as old as they are. */
export const watchRename: Decider<Arrival, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: ({ kind, slug, versions, asOf }, { versions: known }) => {
    const fresh = versions.filter(({ version }) => known.get(version)?.observed !== true);
    const retired = fresh.filter(({ archived, erased }) => archived || erased).map(({ version }) => version);
    return accept<VitalsEvent>(
      ...fresh.map(({ version, description, publishedAt, fingerprint }) => ({
        type: SkillObserved.name,
        data: { kind, slug, version, description, publishedAt, fingerprint },
      })),
      ...(retired.length > 0
        ? [{ type: SkillRetired.name, data: { kind, slug, versions: retired, asOf } }]
        : []),
    );
  },
};
