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

/** A text that is the active plan already changes nothing but what is known of its source. */
function take(
  state: LiveProject,
  command: TakePlan,
  text: Extract<Taken, { readonly outcome: 'text' }>['text'],
): Decision<ProjectEvent, never> {
  const { active, plans } = state;
  if (active?.sha256 === text.sha256)
    return check(
      state,
      command,
      active.sourceUrl === text.sourceUrl ? text.sourceEtag : active.sourceEtag,
      null,
    );
  const version = Math.max(0, ...plans.keys()) + 1;
  return accept({ type: PlanImported.name, data: { slug: command.slug, version, ...text } });
}

/** What came too late: another version is active by now, or somebody chose one and asked for nothing since. */
const isStale = ({ asked, basedOn }: TakePlan, { active, pinned }: LiveProject): boolean =>
  (basedOn !== null && active?.version !== basedOn) || (pinned && !asked);

/**
 * Takes a text as the active plan. What nobody asked for never replaces a version that somebody chose, nor one that
 * became active while the source was being asked.
 */
export const takePlan: Decider<TakePlan, ProjectState, ProjectEvent, 'project-not-found'> = {
  initial: noProject,
  evolve: evolveProject,
  decide: (command, state) => {
    const { slug, taken } = command;
    if (state.status === 'none') return noSuchProject(slug);
    if (isStale(command, state)) return accept();
    if (taken.outcome === 'text') return take(state, command, taken.text);
    const etag = state.active?.sourceEtag ?? null;
    return check(state, command, etag, taken.outcome === 'failed' ? taken.reason : null);
  },
};
