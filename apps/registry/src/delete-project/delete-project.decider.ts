import { ProjectDeleted } from '@loam/contracts/projects';
import { accept, type Decider } from '@loam/kernel';
import {
  evolveProject,
  noProject,
  noSuchProject,
  type ProjectEvent,
  type ProjectState,
} from '../project.stream';

interface Delete {
  readonly slug: string;
}

export const deleteProject: Decider<Delete, ProjectState, ProjectEvent, 'project-not-found'> = {
  initial: noProject,
  evolve: evolveProject,
  decide: ({ slug }, { status }) =>
    status === 'none' ? noSuchProject(slug) : accept({ type: ProjectDeleted.name, data: { slug } }),
};
