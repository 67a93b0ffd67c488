import { DraftPublicationRefused, DraftPublicationRequested, DraftPublished } from '@loam/contracts/capturer';
import { accept, reject, type Decider } from '@loam/kernel';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from '../draft.stream';

export interface Promotion {
  readonly draftId: string;
  readonly slug: string;
  readonly version: string;
}

const promises = ({ slug, version }: Promotion, other: Promotion | Omit<Promotion, 'draftId'>): boolean =>
  slug === other.slug && version === other.version;

/** A reviewer asks for publication. Asking again for the same goes on with what was begun. */
export const requestPublication: Decider<
  Promotion,
  DraftState,
  DraftEvent,
  'draft-not-found' | 'draft-not-pending'
> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: (promotion, state) => {
    switch (state.status) {
      case 'unknown':
        return reject('draft-not-found', 'There is no such draft.');
      case 'pending':
        return accept({ type: DraftPublicationRequested.name, data: promotion });
      case 'publishing':
      case 'published':
        return promises(promotion, state)
          ? accept()
          : reject('draft-not-pending', `The draft is ${state.status} as ${state.slug} ${state.version}.`);
      case 'discarded':
        return reject('draft-not-pending', 'The draft was discarded.');
    }
  },
};

/** What registry said: nothing where it was published, or why it was refused. */
export interface Verdict extends Promotion {
  readonly refusal: { readonly code: string; readonly detail: string } | null;
}

/** Registry has answered. A second answer, of a promotion that was tried twice, changes nothing. */
export const settlePublication: Decider<Verdict, DraftState, DraftEvent, never> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ draftId, slug, version, refusal }, state) => {
    if (state.status !== 'publishing' || !promises({ draftId, slug, version }, state)) return accept();
    return refusal === null
      ? accept({ type: DraftPublished.name, data: { draftId, slug, version } })
      : accept({ type: DraftPublicationRefused.name, data: { draftId, ...refusal } });
  },
};
