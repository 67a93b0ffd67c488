import { DraftPublicationRequested } from '@loam/contracts/capturer';
import { fact } from '@loam/contracts/define';
import { specification } from '@loam/testing';
import {
  approvedBy,
  changesRequested,
  commented,
  created,
  discarded,
  drafted,
  draftId,
  editedBy,
  flagged,
  promotion,
  published,
  refusal,
  refused,
  requested,
  revised,
} from '../draft.fixtures';
import { requestPublication, settlePublication } from './publish-draft.decider';

const asked = {
  ...{ ...promotion, reviewer: 'reviewer', ifRevision: null },
  ...{ secondPerson: false, acknowledgeFlags: false, named: true },
};

describe('asking for the publication of a draft', () => {
  const given = specification(requestPublication).given;

  it('begins with a draft that is pending or approved', () => {
    given(created).when(asked).then(requested);
    given(created, approvedBy('reviewer')).when(asked).then(requested);
  });
  it('goes on with what was begun when it is asked again', () => {
    given(created, requested).when(asked).thenNothingHappens();
    given(created, requested, published).when(asked).thenNothingHappens();
    given(created, requested, commented)
      .when({ ...asked, ifRevision: 0 })
      .thenNothingHappens();
  });
  it('goes on with what was begun also where it names no version and another would be next by now', () => {
    const next = { ...asked, version: '1.1.0', named: false };
    given(created, requested).when(next).thenNothingHappens();
    given(created, requested, published).when(next).thenNothingHappens();
  });
  it('begins anew with what came of the session after it was published', () => {
    const again = { ...promotion, version: '1.1.0' };
    given(created, requested, published, revised)
      .when({ ...asked, ...again })
      .then(fact(DraftPublicationRequested, again));
  });
  it('refuses another version once one was asked for', () => {
    given(created, requested)
      .when({ ...asked, version: '2.0.0' })
      .thenRefused('draft-not-pending');
  });
  it('begins anew after registry refused', () => {
    const again = { ...promotion, version: '2.0.0' };
    given(created, requested, refused)
      .when({ ...asked, ...again })
      .then(fact(DraftPublicationRequested, again));
  });
  it('refuses a draft that was read at another revision, or of which changes were asked', () => {
    given(created, commented)
      .when({ ...asked, ifRevision: 0 })
      .thenRefused('revision-stale');
    given(created, commented)
      .when({ ...asked, ifRevision: 1 })
      .then(requested);
    given(created, changesRequested)
      .when(asked)
      .thenRefused('draft-not-pending', /changes/i);
  });
  it('refuses one that is flagged, until its flags were seen, also after an edit', () => {
    for (const history of [[flagged], [flagged, editedBy('author')]])
      given(...history)
        .when(asked)
        .thenRefused('draft-flagged', /prompt-injection/);
    given(flagged)
      .when({ ...asked, acknowledgeFlags: true })
      .then(requested);
  });
  it('refuses a discarded draft, and one that does not exist', () => {
    given(created, discarded).when(asked).thenRefused('draft-not-pending');
    given().when(asked).thenRefused('draft-not-found');
  });
});

describe('asking for it under the second-person rule', () => {
  const given = specification(requestPublication).given;
  const by = (reviewer: string) => ({ ...asked, reviewer, secondPerson: true });

  it('is approval enough by somebody who wrote none of it', () => {
    given(created).when(by('reviewer')).then(requested);
    given(created).when(by('author')).thenRefused('second-person-needed');
    given(drafted).when(by('developer')).thenRefused('second-person-needed');
  });
  it('is open to its authors once somebody else has approved it', () => {
    given(created, approvedBy('reviewer')).when(by('author')).then(requested);
    given(created, approvedBy('author')).when(by('author')).thenRefused('second-person-needed');
  });
  it('takes an editor for an author, and the approval from what was edited afterwards', () => {
    given(created, editedBy('reviewer')).when(by('reviewer')).thenRefused('second-person-needed');
    given(created, approvedBy('reviewer'), editedBy('author'))
      .when(by('author'))
      .thenRefused('second-person-needed');
    given(created, approvedBy('reviewer'), editedBy('other')).when(by('reviewer')).then(requested);
  });
});

describe('the answer of registry', () => {
  const given = specification(settlePublication).given;

  it('makes the draft published', () => {
    given(created, requested)
      .when({ ...promotion, answer: { verdict: 'pass' } })
      .then(published);
  });
  it('makes it pending again with the reason', () => {
    given(created, requested)
      .when({ ...promotion, answer: { refusal } })
      .then(refused);
  });
  it('leaves approved what was approved', () => {
    const history = [created, approvedBy('reviewer'), requested, refused];
    const state = history.reduce(settlePublication.evolve, settlePublication.initial);
    expect(state.status).toBe('approved');
  });
  it('counts once, however often registry was asked', () => {
    given(created, requested, published)
      .when({ ...promotion, answer: { verdict: 'pass' } })
      .thenNothingHappens();
    given(created, requested, published)
      .when({ ...promotion, answer: { refusal } })
      .thenNothingHappens();
    given(created, requested, refused)
      .when({ draftId, slug: 'a', version: '1.0.0', answer: { verdict: 'pass' } })
      .thenNothingHappens();
  });
});
