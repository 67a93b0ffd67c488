import { ProjectCreated, type ProjectSettings } from '@loam/contracts/projects';
import { slugSchema } from '@loam/contracts/skill';
import { accept, reject, type Decider } from '@loam/kernel';
import { evolveProject, noProject, type ProjectEvent, type ProjectState } from '../project.stream';

interface Create {
  readonly slug: string;
  readonly projectId: string;
  /** `gitRemote` in its one spelling. */
  readonly settings: ProjectSettings;
  /** The project that has the git remote already. */
  readonly remoteOf: string | null;
}
type Code = 'slug-invalid' | 'project-exists' | 'remote-taken';

export const createProject: Decider<Create, ProjectState, ProjectEvent, Code> = {
  initial: noProject,
  evolve: evolveProject,
  decide: ({ slug, projectId, settings, remoteOf }, state) => {
    if (!slugSchema.safeParse(slug).success)
      return reject('slug-invalid', 'A slug is 1 to 64 of a-z, 0-9 and single inner hyphens.', '/slug');
    if (state.status === 'live')
      return reject('project-exists', `There is a project called ${slug}.`, '/slug');
    if (remoteOf !== null)
      return reject('remote-taken', `The project ${remoteOf} has that git remote.`, '/git_remote');
    return accept({ type: ProjectCreated.name, data: { slug, projectId, ...settings } });
  },
};
