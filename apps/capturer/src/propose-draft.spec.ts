import { DraftRevised, DraftRevisionProposed } from '@loam/contracts/capturer';
import { fact } from '@loam/contracts/define';
import { specification } from '@loam/testing';
import {
  approvedBy,
  changesRequested,
  created,
  discarded,
  drafted,
  editedBy,
  proposed,
  published,
  requested,
} from './draft.fixtures';
import { proposeRevision } from './propose-draft.decider';

describe('what comes of a session', () => {
  const given = specification(proposeRevision).given;

  it('JOB-06 becomes one draft, however often it is proposed', () => {
    given().when(proposed('a')).then(drafted);
    given(drafted).when(proposed('a')).thenNothingHappens();
  });
  it('is what the draft says next, where the session went on', () => {
    const revised = fact(DraftRevised, proposed('b'));
    given(drafted).when(proposed('b')).then(revised);
    given(drafted, revised).when(proposed('b')).thenNothingHappens();
  });
  it('lies beside a draft on its way to the catalog, once', () => {
    const beside = fact(DraftRevisionProposed, proposed('b'));
    given(drafted, requested).when(proposed('b')).then(beside);
    given(drafted, requested, beside).when(proposed('b')).thenNothingHappens();
  });
  it('lies beside a draft that a person has changed or approved, and answers one who asked for changes', () => {
    const beside = fact(DraftRevisionProposed, proposed('b'));
    given(drafted, editedBy('reviewer')).when(proposed('b')).then(beside);
    given(drafted, approvedBy('reviewer')).when(proposed('b')).then(beside);
    given(drafted, editedBy('reviewer'), changesRequested).when(proposed('b')).then(beside);
    given(drafted, changesRequested)
      .when(proposed('b'))
      .then(fact(DraftRevised, proposed('b')));
  });
  it('brings back a draft that was published or discarded, where it rests on what is new', () => {
    const revised = fact(DraftRevised, proposed('b'));
    for (const end of [[discarded], [requested, published]]) {
      given(drafted, ...end)
        .when(proposed('b'))
        .then(revised);
      given(drafted, ...end)
        .when(proposed('b', 'a'))
        .thenNothingHappens();
    }
  });
  it('is left out where the session says what it said before', () => {
    given(created, discarded).when(proposed('a')).thenNothingHappens();
  });
});
