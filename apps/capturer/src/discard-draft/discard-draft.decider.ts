import { DraftDiscarded } from '@loam/contracts/capturer';
import { accept, reject, type Decider } from '@loam/kernel';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from '../draft.stream';

export const discardDraft: Decider<
  { readonly draftId: string },
  DraftState,
  DraftEvent,
  'draft-not-found' | 'draft-not-pending'
> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ draftId }, state) => {
    switch (state.status) {
      case 'unknown':
        return reject('draft-not-found', 'There is no such draft.');
      case 'pending':
        return accept({ type: DraftDiscarded.name, data: { draftId } });
      case 'publishing':
      case 'published':
        return reject('draft-not-pending', `The draft is ${state.status} already.`);
      case 'discarded':
        return accept();
    }
  },
};
