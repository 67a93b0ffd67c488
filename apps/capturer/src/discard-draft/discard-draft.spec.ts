import { DraftCreated, DraftDiscarded, DraftPublicationRequested } from '@loam/contracts/capturer';
import { specification } from '@loam/testing';
import type { DraftEvent } from '../draft.stream';
import { discardDraft } from './discard-draft.decider';

const draftId = '01890000-0000-7000-8000-000000000000';
const created: DraftEvent = {
  type: DraftCreated.name,
  data: {
    ...{ draftId, slug: 'a', description: 'd', whenToUse: null, tags: [], origin: 'cli', notes: null },
    ...{ sha256: '', bytes: 1 },
  },
};
const discarded: DraftEvent = { type: DraftDiscarded.name, data: { draftId } };

describe('discarding a draft', () => {
  const given = specification(discardDraft).given;

  it('discards a pending one, once', () => {
    given(created).when({ draftId }).then(discarded);
    given(created, discarded).when({ draftId }).thenNothingHappens();
  });
  it('leaves one alone that is being published', () => {
    given(created, { type: DraftPublicationRequested.name, data: { draftId, slug: 'a', version: '1.0.0' } })
      .when({ draftId })
      .thenRefused('draft-not-pending');
  });
  it('refuses one that does not exist', () => {
    given().when({ draftId }).thenRefused('draft-not-found');
  });
});
