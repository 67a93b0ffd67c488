import { DraftPublicationRefused, DraftPublicationRequested, DraftPublished } from '@loam/contracts/capturer';
import { fact } from '@loam/contracts/define';
import type { Verdict } from '@loam/contracts/skill';
import { accept, reject, type Decider } from '@loam/kernel';
import { hasSecondPerson, openDraft, unseenFlags } from '../draft.rules';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from '../draft.stream';

export interface Promotion {
  readonly draftId: string;
  readonly slug: string;
  readonly version: string;
  /** Whether it may be a version of an item that is there. */
  readonly existing?: boolean | undefined;
}

const promises = ({ slug, version }: Promotion, other: Promotion | Omit<Promotion, 'draftId'>): boolean =>
  slug === other.slug && version === other.version;

interface Request extends Promotion {
  readonly reviewer: string;
  readonly ifRevision: number | null;
  readonly secondPerson: boolean;
  readonly acknowledgeFlags: boolean;
  /** Whether the version was chosen by the caller. */
  readonly named: boolean;
}

/** A reviewer asks for publication. Asking again for the same goes on with what was begun. */
export const requestPublication: Decider<
  Request,
  DraftState,
  DraftEvent,
  'draft-not-found' | 'draft-not-pending' | 'revision-stale' | 'second-person-needed' | 'draft-flagged'
> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ reviewer, ifRevision, secondPerson, acknowledgeFlags, named, ...promotion }, state) => {
    if (state.status === 'publishing' || state.status === 'published')
      return promises(promotion, state) || !named
        ? accept()
        : reject('draft-not-pending', `The draft is ${state.status} as ${state.slug} ${state.version}.`);
    const draft = openDraft(state, ifRevision);
    if ('rejected' in draft) return draft;
    if (state.status === 'changes-requested')
      return reject('draft-not-pending', 'Changes were asked for. Edit the draft, or approve it as it is.');
    if (secondPerson && !hasSecondPerson(draft, reviewer))
      return reject('second-person-needed', 'Somebody who wrote none of the draft has to approve it first.');
    return unseenFlags(draft, acknowledgeFlags) ?? accept(fact(DraftPublicationRequested, promotion));
  },
};

/** What registry said: why it refused, or what the safety gate says of what it published. */
export interface Answered extends Promotion {
  readonly answer:
    { readonly refusal: { readonly code: string; readonly detail: string } } | { readonly verdict: Verdict };
}

/** Registry has answered. A second answer, of a promotion that was tried twice, changes nothing. */
export const settlePublication: Decider<Answered, DraftState, DraftEvent, never> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: ({ draftId, slug, version, answer }, state) => {
    if (state.status !== 'publishing' || !promises({ draftId, slug, version }, state)) return accept();
    return 'verdict' in answer
      ? accept(fact(DraftPublished, { draftId, slug, version, verdict: answer.verdict }))
      : accept(fact(DraftPublicationRefused, { draftId, ...answer.refusal }));
  },
};
