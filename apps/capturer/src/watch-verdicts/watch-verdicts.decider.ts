import { DraftVerdictChanged } from '@loam/contracts/capturer';
import { fact, type EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { evolveDraft, noDraft, type DraftEvent, type DraftState } from '../draft.stream';

/** What registry says of a version. */
export type Judgement = EventData<typeof DraftVerdictChanged>;

/** Notes it of the draft that was published as that version, where it says something else than before. */
export const hearVerdict: Decider<Judgement, DraftState, DraftEvent, never> = {
  initial: noDraft,
  evolve: evolveDraft,
  decide: (judgement, state) => {
    const published = state.status === 'unknown' ? null : state.draft.published;
    if (published?.slug !== judgement.slug || published.version !== judgement.version) return accept();
    const isReview = judgement.by === 'review';
    if (!isReview && published.reviewed) return accept();
    return judgement.verdict === published.verdict && isReview === published.reviewed
      ? accept()
      : accept(fact(DraftVerdictChanged, judgement));
  },
};
