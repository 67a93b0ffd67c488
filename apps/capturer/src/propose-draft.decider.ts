import { DraftCreated, DraftRevised, DraftRevisionProposed } from '@loam/contracts/capturer';
import { fact, type EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from './draft.stream';

/** What came of a session, as the draft that it is to become. */
export type ProposedDraft = EventData<typeof DraftRevised>;

/**
 * A session gives one draft, however often it is asked for one. While no person has a hand in it the draft follows
 * its session; afterwards what else comes of the session lies beside it, for a person to take or leave.
 */
export const proposeRevision: Decider<ProposedDraft, DraftState, DraftEvent, never> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: (proposed, state) => {
    if (state.status === 'unknown') {
      const { author } = proposed.proposal;
      return accept(fact(DraftCreated, { ...proposed, origin: 'capture-scorer', author }));
    }
    if (state.draft.proposed === proposed.sha256) return accept();
    const isUntouched = state.status === 'pending' || state.status === 'changes-requested';
    return isUntouched && !state.draft.edited
      ? accept(fact(DraftRevised, proposed))
      : accept(fact(DraftRevisionProposed, proposed));
  },
};
