import { specification } from '@loam/testing';
import {
  approvedBy,
  changesRequested,
  commented,
  created,
  editedBy,
  published,
  requested,
} from '../draft.fixtures';
import { evolveDraft, noDraft, type DraftEvent } from '../draft.stream';
import { editDraft } from './edit-draft.decider';

describe('editing a draft', () => {
  const given = specification(editDraft).given;
  const edit = (basedOn: number) => ({ edited: editedBy('editor').data, basedOn, ifRevision: null });
  const stateAfter = (...events: DraftEvent[]) => events.reduce(evolveDraft, noDraft);

  it('gives it other content', () => {
    given(created).when(edit(0)).then(editedBy('editor'));
    given(created, commented, editedBy('other')).when(edit(2)).then(editedBy('editor'));
  });
  it('changes nothing where it says so already', () => {
    given(created)
      .when({ ...edit(0), edited: null })
      .thenNothingHappens();
  });
  it('refuses the second of two who edited the same content', () => {
    given(created, editedBy('other')).when(edit(0)).thenRefused('revision-stale');
  });
  it('refuses one that was read at another revision, though nobody edited it', () => {
    given(created, commented)
      .when({ ...edit(0), ifRevision: 0 })
      .thenRefused('revision-stale');
  });
  it('refuses one that is on its way, and one that does not exist', () => {
    given(created, requested).when(edit(0)).thenRefused('draft-not-pending');
    given(created, requested, published).when(edit(0)).thenRefused('draft-not-pending');
    given().when(edit(0)).thenRefused('draft-not-found');
  });
  it('voids approvals and requests for changes', () => {
    for (const said of [approvedBy('reviewer'), changesRequested])
      expect(stateAfter(created, said, editedBy('editor'))).toMatchObject({
        status: 'pending',
        draft: { approvers: [], authors: ['author', 'editor'], edited: true },
      });
  });
});
