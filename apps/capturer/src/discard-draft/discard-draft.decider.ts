import { DraftDiscarded } from '@loam/contracts/capturer';
import { fact } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { openDraft } from '../draft.rules';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from '../draft.stream';

interface Discard {
  readonly draftId: string;
  readonly reason: string | null;
  readonly ifRevision: number | null;
}

/** Discarding what is discarded changes nothing. */
export const discardDraft: Decider<
  Discard,
  DraftState,
  DraftEvent,
  'draft-not-found' | 'draft-not-pending' | 'revision-stale'
> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ draftId, reason, ifRevision }, state) => {
    if (state.status === 'discarded') return accept();
    const draft = openDraft(state, ifRevision);
    return 'rejected' in draft ? draft : accept(fact(DraftDiscarded, { draftId, reason }));
  },
};
