import { DraftEdited } from '@loam/contracts/draft-review';
import { fact, type EventData } from '@loam/contracts/define';
import { accept, reject, type Decider } from '@loam/kernel';
import { openDraft } from '../draft.rules';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from '../draft.stream';

interface Edit {
  /** Null where the draft says so already. */
  readonly edited: EventData<typeof DraftEdited> | null;
  /** The revision of the content that was changed. */
  readonly basedOn: number;
  readonly ifRevision: number | null;
}

/** A person changes a draft. Two who do so at once do not undo each other's work. */
export const editDraft: Decider<
  Edit,
  DraftState,
  DraftEvent,
  'draft-not-found' | 'draft-not-pending' | 'revision-stale'
> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ edited, basedOn, ifRevision }, state) => {
    const draft = openDraft(state, ifRevision);
    if ('rejected' in draft) return draft;
    if (draft.content !== basedOn)
      return reject('revision-stale', 'Somebody else has changed the draft meanwhile. Read it again.');
    return edited === null ? accept() : accept(fact(DraftEdited, edited));
  },
};
