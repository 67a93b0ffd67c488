import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
} from '@loam/contracts/capturer';
import { specification } from '@loam/testing';
import type { DraftEvent } from '../draft.stream';
import { requestPublication, settlePublication, type Promotion } from './publish-draft.decider';

const draftId = '01890000-0000-7000-8000-000000000000';
const promotion: Promotion = { draftId, slug: 'a', version: '1.0.0' };
const created: DraftEvent = {
  type: DraftCreated.name,
  data: {
    ...{ draftId, slug: 'a', description: 'd', whenToUse: null, tags: [], origin: 'cli', notes: null },
    ...{ sha256: '', bytes: 1 },
  },
};
const requested: DraftEvent = { type: DraftPublicationRequested.name, data: promotion };
const published: DraftEvent = { type: DraftPublished.name, data: promotion };
const refusal = { code: 'version-exists', detail: 'It exists.' };
const refused: DraftEvent = { type: DraftPublicationRefused.name, data: { draftId, ...refusal } };
const discarded: DraftEvent = { type: DraftDiscarded.name, data: { draftId } };

describe('asking for the publication of a draft', () => {
  const given = specification(requestPublication).given;

  it('begins with a pending draft', () => {
    given(created).when(promotion).then(requested);
  });
  it('goes on with what was begun when it is asked again', () => {
    given(created, requested).when(promotion).thenNothingHappens();
    given(created, requested, published).when(promotion).thenNothingHappens();
  });
  it('refuses another version once one was asked for', () => {
    given(created, requested)
      .when({ ...promotion, version: '2.0.0' })
      .thenRefused('draft-not-pending');
  });
  it('begins anew after registry refused', () => {
    const again = { ...promotion, version: '2.0.0' };
    given(created, requested, refused)
      .when(again)
      .then({ type: DraftPublicationRequested.name, data: again });
  });
  it('refuses a discarded draft, and one that does not exist', () => {
    given(created, discarded).when(promotion).thenRefused('draft-not-pending');
    given().when(promotion).thenRefused('draft-not-found');
  });
});

describe('the answer of registry', () => {
  const given = specification(settlePublication).given;

  it('makes the draft published', () => {
    given(created, requested)
      .when({ ...promotion, refusal: null })
      .then(published);
  });
  it('makes it pending again with the reason', () => {
    given(created, requested)
      .when({ ...promotion, refusal })
      .then(refused);
  });
  it('counts once, however often registry was asked', () => {
    given(created, requested, published)
      .when({ ...promotion, refusal: null })
      .thenNothingHappens();
    given(created, requested, published)
      .when({ ...promotion, refusal })
      .thenNothingHappens();
  });
});
