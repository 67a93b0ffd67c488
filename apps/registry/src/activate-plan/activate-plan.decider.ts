import { PlanActivated } from '@loam/contracts/plans';
import { accept, reject, type Decider } from '@loam/kernel';
import {
  evolveProject,
  noProject,
  noSuchProject,
  type ProjectEvent,
  type ProjectState,
} from '../project.stream';

interface Activate {
  readonly slug: string;
  readonly version: number;
}

type Code = 'project-not-found' | 'plan-not-found';

/** What somebody chose is held on to, also where it was active already. */
export const activatePlan: Decider<Activate, ProjectState, ProjectEvent, Code> = {
  initial: noProject,
  evolve: evolveProject,
  decide: ({ slug, version }, state) => {
    if (state.status === 'none') return noSuchProject(slug);
    if (!state.plans.has(version))
      return reject('plan-not-found', `The project ${slug} has no version ${version} of the plan.`);
    if (state.active?.version === version && state.pinned) return accept();
    return accept({ type: PlanActivated.name, data: { slug, version } });
  },
};
