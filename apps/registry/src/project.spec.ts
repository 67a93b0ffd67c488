import { PlanActivated, PlanChecked, PlanImported } from '@loam/contracts/plans';
import {
  ProjectChanged,
  ProjectCreated,
  ProjectDeleted,
  ProjectItemsReplaced,
  type ProjectSettings,
} from '@loam/contracts/projects';
import { specification } from '@loam/testing';
import { activatePlan } from './activate-plan/activate-plan.decider';
import { changeProject } from './change-project/change-project.decider';
import { createProject } from './create-project/create-project.decider';
import { deleteProject } from './delete-project/delete-project.decider';
import { replaceItems } from './replace-items/replace-items.decider';
import { takePlan, type Taken } from './take-plan.decider';

const slug = 'web';
const projectId = '019a0000-0000-7000-8000-000000000001';
const planId = '019a0000-0000-7000-8000-000000000002';
const settings: ProjectSettings = {
  ...{ name: 'Web', description: 'The site', gitRemote: 'https://h/web', stackTags: ['react'] },
  planRefreshSeconds: 60,
};
const created = { type: ProjectCreated.name, data: { slug, projectId, ...settings } };
const deleted = { type: ProjectDeleted.name, data: { slug } };

const text = (letter: string, over: object = {}) => ({
  ...{ planId, sha256: letter.repeat(64), bytes: 1, sourceType: 'url' as const },
  ...{ sourceUrl: 'https://h/plan.md', sourceEtag: null, ...over },
});
const imported = (version: number, letter: string) => ({
  ...{ type: PlanImported.name, data: { slug, version, ...text(letter) } },
});
const activated = (version: number) => ({ type: PlanActivated.name, data: { slug, version } });
const checked = (over: object) => ({
  type: PlanChecked.name,
  data: { slug, version: 1, sourceEtag: null, fetchError: null, pinned: false, ...over },
});

describe('creating a project', () => {
  const given = specification(createProject).given;
  const create = { slug, projectId, settings, remoteOf: null };
  it('needs a slug of its own, and may take that of one that was deleted', () => {
    given().when(create).then(created);
    given(created).when(create).thenRefused('project-exists');
    given(created, deleted).when(create).then(created);
    given()
      .when({ ...create, slug: 'Web' })
      .thenRefused('slug-invalid');
  });
  it('is refused where another project has the git remote', () => {
    given()
      .when({ ...create, remoteOf: 'other' })
      .thenRefused('remote-taken', /other/);
  });
});

describe('changing a project', () => {
  const given = specification(changeProject).given;
  const change = (changes: object) => ({ slug, changes, remoteOf: null });
  it('changes what is given and clears what is given as null', () => {
    given(created)
      .when(change({ description: null, planRefreshSeconds: null }))
      .then({
        type: ProjectChanged.name,
        data: { slug, ...settings, description: null, planRefreshSeconds: null },
      });
  });
  it('changes nothing where all is so already', () => {
    given(created).when(change({})).thenNothingHappens();
    given(created)
      .when(change({ name: 'Web', gitRemote: 'https://h/web' }))
      .thenNothingHappens();
  });
  it('is refused for a project that is not there, or not any more', () => {
    given().when(change({})).thenRefused('project-not-found');
    given(created, deleted).when(change({})).thenRefused('project-not-found');
  });
});

describe('the items of a project', () => {
  const given = specification(replaceItems).given;
  const item = (kind: 'skill' | 'plugin', of: string, version: string | null = null) => ({
    kind,
    slug: of,
    version,
  });
  const items = [item('skill', 'b', '^1'), item('skill', 'a'), item('plugin', 'a')];
  it('are replaced all at once, in the given order', () => {
    const replaced = { type: ProjectItemsReplaced.name, data: { slug, items } };
    given(created).when({ slug, items }).then(replaced);
    given(created, replaced).when({ slug, items }).thenNothingHappens();
    given(created, replaced)
      .when({ slug, items: [] })
      .then({ type: ProjectItemsReplaced.name, data: { slug, items: [] } });
  });
  it('are each listed once', () => {
    given(created)
      .when({ slug, items: [item('skill', 'a'), item('skill', 'a', '1.0.0')] })
      .thenRefused('item-repeated');
    given(created)
      .when({ slug, items: [item('skill', 'A')] })
      .thenRefused('slug-invalid');
  });
});

it('deleting a project that is not there is refused', () => {
  specification(deleteProject).given(created).when({ slug }).then(deleted);
  specification(deleteProject).given().when({ slug }).thenRefused('project-not-found');
});

describe('the plan of a project', () => {
  const given = specification(takePlan).given;
  const take = (taken: Taken, over: object = {}) => ({ slug, taken, asked: true, basedOn: null, ...over });
  const arrives = (letter: string, over: object = {}): Taken => ({
    outcome: 'text',
    text: text(letter, over),
  });
  const unasked = { asked: false, basedOn: 1 };

  it('gets a version for every text that is not the active one', () => {
    given(created)
      .when(take(arrives('a')))
      .then(imported(1, 'a'));
    given(created, imported(1, 'a'))
      .when(take(arrives('b')))
      .then(imported(2, 'b'));
    given(created, imported(1, 'a'))
      .when(take(arrives('a')))
      .thenNothingHappens();
    given(created, imported(1, 'a'), imported(2, 'b'))
      .when(take(arrives('a')))
      .then(imported(3, 'a'));
  });
  it('is never replaced unasked once somebody chose a version', () => {
    const chosen = [created, imported(1, 'a'), imported(2, 'b'), activated(1)];
    given(...chosen)
      .when(take(arrives('c'), unasked))
      .thenNothingHappens();
    given(...chosen)
      .when(take({ outcome: 'failed', reason: 'x' }, unasked))
      .thenNothingHappens();
    given(...chosen)
      .when(take(arrives('c'), { basedOn: 1 }))
      .then(imported(3, 'c'));
    given(...chosen)
      .when(take({ outcome: 'unchanged' }, { basedOn: 1 }))
      .then(checked({}));
    given(...chosen, checked({}))
      .when(take(arrives('c'), unasked))
      .then(imported(3, 'c'));
  });
  it('is not replaced by what was fetched before another version became active', () => {
    given(created, imported(1, 'a'), imported(2, 'b'))
      .when(take(arrives('c'), unasked))
      .thenNothingHappens();
  });
  it('remembers why its source failed, once, until it does not', () => {
    const failed: Taken = { outcome: 'failed', reason: 'The server answered 500.' };
    const noted = checked({ fetchError: 'The server answered 500.' });
    given(created, imported(1, 'a')).when(take(failed, unasked)).then(noted);
    given(created, imported(1, 'a'), noted).when(take(failed, unasked)).thenNothingHappens();
    given(created, imported(1, 'a'), noted)
      .when(take({ outcome: 'unchanged' }, unasked))
      .then(checked({}));
  });
  it('remembers a new entity tag of the same text', () => {
    given(created, imported(1, 'a'))
      .when(take(arrives('a', { sourceEtag: '"2"' }), unasked))
      .then(checked({ sourceEtag: '"2"' }));
  });
  it('is chosen among its versions, and held on to', () => {
    const choose = specification(activatePlan).given;
    choose(created, imported(1, 'a'), imported(2, 'b')).when({ slug, version: 1 }).then(activated(1));
    choose(created, imported(1, 'a')).when({ slug, version: 1 }).then(activated(1));
    choose(created, imported(1, 'a'), activated(1)).when({ slug, version: 1 }).thenNothingHappens();
    choose(created, imported(1, 'a')).when({ slug, version: 2 }).thenRefused('plan-not-found');
    choose(created, imported(1, 'a'), deleted, created)
      .when({ slug, version: 1 })
      .thenRefused('plan-not-found');
  });
});
