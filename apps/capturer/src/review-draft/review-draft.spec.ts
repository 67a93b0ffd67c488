import { specification } from '@loam/testing';
import {
  approvedBy,
  changesRequested,
  commented,
  created,
  discarded,
  draftId,
  editedBy,
  flagged,
  published,
  requested,
} from '../draft.fixtures';
import { approveDraft, commentDraft, requestChanges } from './review-draft.decider';

const review = { draftId, reviewer: 'reviewer', ifRevision: null };

describe('approving a draft', () => {
  const given = specification(approveDraft).given;
  const approve = { ...review, secondPerson: false, acknowledgeFlags: false };
  const strictly = { ...approve, secondPerson: true };

  it('is noted once for each reviewer', () => {
    given(created).when(approve).then(approvedBy('reviewer'));
    given(created, approvedBy('reviewer')).when(approve).thenNothingHappens();
    given(created, approvedBy('other')).when(approve).then(approvedBy('reviewer'));
  });
  it('settles what changes were asked for', () => {
    given(created, changesRequested).when(approve).then(approvedBy('reviewer'));
  });
  it('is for others than its authors and editors under the second-person rule', () => {
    given(created).when(strictly).then(approvedBy('reviewer'));
    given(created)
      .when({ ...strictly, reviewer: 'author' })
      .thenRefused('second-person-needed');
    given(created, editedBy('reviewer')).when(strictly).thenRefused('second-person-needed');
    given(created)
      .when({ ...approve, reviewer: 'author' })
      .then(approvedBy('author'));
  });
  it('of one that is flagged needs the word that its flags were seen', () => {
    given(flagged)
      .when(approve)
      .thenRefused('draft-flagged', /prompt-injection/);
    given(flagged)
      .when({ ...approve, acknowledgeFlags: true })
      .then(approvedBy('reviewer'));
  });
  it('is refused for what was not read, is on its way or does not exist', () => {
    given(created, commented)
      .when({ ...approve, ifRevision: 0 })
      .thenRefused('revision-stale');
    given(created, requested).when(approve).thenRefused('draft-not-pending');
    given(created, discarded).when(approve).thenRefused('draft-not-pending');
    given().when(approve).thenRefused('draft-not-found');
  });
});

describe('asking for changes', () => {
  const given = specification(requestChanges).given;
  const ask = { ...review, comment: 'Say why.' };

  it('is noted with what is asked for', () => {
    given(created).when(ask).then(changesRequested);
    given(created, approvedBy('other')).when(ask).then(changesRequested);
  });
  it('is refused once the draft has come to its end', () => {
    given(created, requested, published).when(ask).thenRefused('draft-not-pending');
    given().when(ask).thenRefused('draft-not-found');
  });
});

describe('commenting on a draft', () => {
  const given = specification(commentDraft).given;

  it('is possible in every state of it', () => {
    for (const history of [[created], [created, requested, published], [created, discarded]])
      given(...history)
        .when(commented.data)
        .then(commented);
    given().when(commented.data).thenRefused('draft-not-found');
  });
});
