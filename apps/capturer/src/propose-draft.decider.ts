import { DraftCreated, DraftRevised, DraftRevisionProposed } from '@loam/contracts/capturer';
import { fact, type EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { evolveDraft, noDraft, type Draft, type DraftEvent, type DraftState } from './draft.stream';

/** What came of a session, as the draft that it is to become. */
export type ProposedDraft = EventData<typeof DraftRevised>;

/** Whether it rests on anything that the draft never rested on: what a session repeats teaches nothing. */
const isNews = ({ evidence }: Draft, { proposal }: ProposedDraft): boolean =>
  proposal.evidence.some(({ id }) => !evidence.includes(id));

/**
 * A session gives one draft, however often it is asked for one. While no person has a hand in it the draft follows
 * its session; afterwards what else comes of the session lies beside it, for a person to take or leave. Once it was
 * published or discarded, what is new in its session makes it pending again: as the next version, or as another question.
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
    switch (state.status) {
      case 'published':
      case 'discarded':
        return isNews(state.draft, proposed) ? accept(fact(DraftRevised, proposed)) : accept();
      case 'pending':
      case 'changes-requested':
        return accept(fact(state.draft.edited ? DraftRevisionProposed : DraftRevised, proposed));
      case 'approved':
      case 'publishing':
        return accept(fact(DraftRevisionProposed, proposed));
    }
  },
};
