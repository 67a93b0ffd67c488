import { specification } from '@loam/testing';
import { created, discarded, draftId, requested } from '../draft.fixtures';
import { discardDraft } from './discard-draft.decider';

describe('discarding a draft', () => {
  const given = specification(discardDraft).given;
  const discard = { draftId, reason: 'It is known.', ifRevision: null };

  it('discards a pending one, once', () => {
    given(created).when(discard).then(discarded);
    given(created, discarded).when(discard).thenNothingHappens();
  });
  it('refuses what was decided about another revision', () => {
    given(created)
      .when({ ...discard, ifRevision: 1 })
      .thenRefused('revision-stale');
  });
  it('leaves one alone that is being published', () => {
    given(created, requested).when(discard).thenRefused('draft-not-pending');
  });
  it('refuses one that does not exist', () => {
    given().when(discard).thenRefused('draft-not-found');
  });
});
