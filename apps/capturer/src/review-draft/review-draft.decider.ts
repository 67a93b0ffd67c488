import { DraftApproved, DraftChangesRequested, DraftCommented } from '@loam/contracts/draft-review';
import { fact } from '@loam/contracts/define';
import { accept, reject, type Decider } from '@loam/kernel';
import { openDraft, unseenFlags } from '../draft.rules';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from '../draft.stream';

interface Review {
  readonly draftId: string;
  readonly reviewer: string;
  readonly ifRevision: number | null;
}

type Reviewing<Command, Code extends string = never> = Decider<
  Command,
  DraftState,
  DraftEvent,
  'draft-not-found' | 'draft-not-pending' | 'revision-stale' | Code
>;

/** Under the second-person rule nobody approves what they wrote any of. */
export const approveDraft: Reviewing<
  Review & { readonly secondPerson: boolean; readonly acknowledgeFlags: boolean },
  'second-person-needed' | 'draft-flagged'
> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ draftId, reviewer, ifRevision, secondPerson, acknowledgeFlags }, state) => {
    const draft = openDraft(state, ifRevision);
    if ('rejected' in draft) return draft;
    if (secondPerson && draft.authors.includes(reviewer))
      return reject('second-person-needed', 'Whoever wrote any of the draft cannot approve it here.');
    if (draft.approvers.includes(reviewer)) return accept();
    return (
      unseenFlags(draft, acknowledgeFlags) ?? accept(fact(DraftApproved, { draftId, approver: reviewer }))
    );
  },
};

export const requestChanges: Reviewing<Review & { readonly comment: string }> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ draftId, reviewer, ifRevision, comment }, state) => {
    const draft = openDraft(state, ifRevision);
    if ('rejected' in draft) return draft;
    return accept(fact(DraftChangesRequested, { draftId, reviewer, comment }));
  },
};

interface Comment {
  readonly draftId: string;
  readonly comment: string;
}

export const commentDraft: Decider<Comment, DraftState, DraftEvent, 'draft-not-found'> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: (said, state) =>
    state.status === 'unknown'
      ? reject('draft-not-found', 'There is no such draft.')
      : accept(fact(DraftCommented, said)),
};
