import { ProjectChanged, type ProjectSettings } from '@loam/contracts/projects';
import { accept, reject, type Decider } from '@loam/kernel';
import {
  evolveProject,
  noProject,
  noSuchProject,
  type ProjectEvent,
  type ProjectState,
} from '../project.stream';

interface Change {
  readonly slug: string;
  /** What is not there stays as it is. */
  readonly changes: { readonly [K in keyof ProjectSettings]?: ProjectSettings[K] | undefined };
  /** Another project that has the git remote already. */
  readonly remoteOf: string | null;
}
type Code = 'project-not-found' | 'remote-taken';

export const changeProject: Decider<Change, ProjectState, ProjectEvent, Code> = {
  initial: noProject,
  evolve: evolveProject,
  decide: ({ slug, changes, remoteOf }, state) => {
    if (state.status === 'none') return noSuchProject(slug);
    if (remoteOf !== null)
      return reject('remote-taken', `The project ${remoteOf} has that git remote.`, '/git_remote');
    const { settings: now } = state;
    const settings: ProjectSettings = {
      name: changes.name ?? now.name,
      description: given(changes.description, now.description),
      gitRemote: given(changes.gitRemote, now.gitRemote),
      stackTags: changes.stackTags ?? now.stackTags,
      planRefreshSeconds: given(changes.planRefreshSeconds, now.planRefreshSeconds),
    };
    if (JSON.stringify(settings) === JSON.stringify(now)) return accept();
    return accept({ type: ProjectChanged.name, data: { slug, ...settings } });
  },
};

/** Null is something that can be given: it clears. */
const given = <T>(change: T | undefined, now: T): T => (change === undefined ? now : change);
