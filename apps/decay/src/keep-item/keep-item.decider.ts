import type { Item } from '@loam/contracts/skill';
import { accept, reject, type Decider } from '@loam/kernel';
import {
  cleared,
  evolveVitals,
  isCandidate,
  ItemPinned,
  ItemSnoozed,
  unknownItem,
  type Vitals,
  type VitalsEvent,
} from '../vitals.stream';

type Command = Item & ({ readonly pinned: boolean } | { readonly until: string | null });

/** Somebody wants an item kept, for good or for a while: it is a candidate no more. */
export const keepItem: Decider<Command, Vitals, VitalsEvent, 'skill-not-found'> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: ({ kind, slug, ...wish }, state) => {
    if (![...state.versions.values()].some(({ observed }) => observed))
      return reject('skill-not-found', `There is no ${kind} called ${slug}.`);
    const said: VitalsEvent =
      'pinned' in wish
        ? { type: ItemPinned.name, data: { kind, slug, ...wish } }
        : { type: ItemSnoozed.name, data: { kind, slug, ...wish } };
    const isSo = 'pinned' in wish ? wish.pinned === state.pinned : wish.until === state.snoozedUntil;
    if (isSo) return accept();
    const keeps = 'pinned' in wish ? wish.pinned : wish.until !== null;
    return keeps && isCandidate(state) ? accept(said, cleared({ kind, slug }, 'exempt')) : accept(said);
  },
};
