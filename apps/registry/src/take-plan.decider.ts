import type { EventData } from '@loam/contracts/define';
import { PlanChecked, PlanImported } from '@loam/contracts/plans';
import { accept, type Decider, type Decision } from '@loam/kernel';
import {
  evolveProject,
  noProject,
  noSuchProject,
  type LiveProject,
  type ProjectEvent,
  type ProjectState,
} from './project.stream';

/** What came of asking for a plan. */
export type Taken =
  | { readonly outcome: 'text'; readonly text: Omit<EventData<typeof PlanImported>, 'slug' | 'version'> }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'failed'; readonly reason: string };

export interface TakePlan {
  readonly slug: string;
  readonly taken: Taken;
  /** Somebody asked for it, and so wants it whatever was chosen before. */
  readonly asked: boolean;
  /** The version that was active when its source was asked; null for a text from elsewhere. */
  readonly basedOn: number | null;
}

/** Notes what is new about the source; the plan itself stays. */
function check(
  { active, pinned: before, fetchError: known }: LiveProject,
  { slug, asked }: TakePlan,
  sourceEtag: string | null,
  fetchError: string | null,
): Decision<ProjectEvent, never> {
  const pinned = before && !asked;
  if (active === null) return accept();
  if (active.sourceEtag === sourceEtag && known === fetchError && before === pinned) return accept();
  const { version } = active;
  return accept({ type: PlanChecked.name, data: { slug, version, sourceEtag, fetchError, pinned } });
}

/**
 * Takes a text as the active plan, unless it is that already. What nobody asked for never replaces a version that
 * somebody chose, nor one that became active while the source was being asked.
 */
export const takePlan: Decider<TakePlan, ProjectState, ProjectEvent, 'project-not-found'> = {
  initial: noProject,
  evolve: evolveProject,
  decide: (command, state) => {
    const { slug, taken, asked, basedOn } = command;
    if (state.status === 'none') return noSuchProject(slug);
    const { active } = state;
    if (basedOn !== null && active?.version !== basedOn) return accept();
    if (!asked && state.pinned) return accept();
    const etag = active?.sourceEtag ?? null;
    switch (taken.outcome) {
      case 'unchanged':
        return check(state, command, etag, null);
      case 'failed':
        return check(state, command, etag, taken.reason);
      case 'text': {
        const { text } = taken;
        if (active?.sha256 === text.sha256)
          return check(state, command, active.sourceUrl === text.sourceUrl ? text.sourceEtag : etag, null);
        const version = Math.max(0, ...state.plans.keys()) + 1;
        return accept({ type: PlanImported.name, data: { slug, version, ...text } });
      }
    }
  },
};
