import { z } from 'zod';
import { factSchema, type EventData } from '@loam/contracts/define';
import { PlanActivated, PlanChecked, PlanImported } from '@loam/contracts/plans';
import {
  ProjectChanged,
  ProjectCreated,
  ProjectDeleted,
  ProjectItemsReplaced,
  type ProjectItem,
  type ProjectSettings,
} from '@loam/contracts/projects';
import { reject, type Rejection } from '@loam/kernel';

/** The stream of one project of a tenant. */
export const projectStream = (tenant: string, slug: string): string => `project:${tenant}:${slug}`;

export const projectEvents = z.union([
  factSchema(ProjectCreated),
  factSchema(ProjectChanged),
  factSchema(ProjectDeleted),
  factSchema(ProjectItemsReplaced),
  factSchema(PlanImported),
  factSchema(PlanActivated),
  factSchema(PlanChecked),
]);
export type ProjectEvent = z.output<typeof projectEvents>;

type PlanState = Omit<EventData<typeof PlanImported>, 'slug'>;

export interface LiveProject {
  readonly status: 'live';
  readonly settings: ProjectSettings;
  readonly items: readonly ProjectItem[];
  /** By version. */
  readonly plans: ReadonlyMap<number, PlanState>;
  readonly active: PlanState | null;
  /** Somebody chose the active version; nothing replaces it unasked. */
  readonly pinned: boolean;
  /** Why the source of the active plan could not be fetched the last time. */
  readonly fetchError: string | null;
}

/** A project; after its deletion there is none, and another may begin under its slug. */
export type ProjectState = { readonly status: 'none' } | LiveProject;

export const noProject: ProjectState = { status: 'none' };

/** Why a command about a project that is not there is refused. */
export const noSuchProject = (slug: string): Rejection<'project-not-found'> =>
  reject('project-not-found', `There is no project called ${slug}.`);

const fresh = { items: [], plans: new Map(), active: null, pinned: false, fetchError: null } as const;

function evolveLive(state: LiveProject, { type, data }: ProjectEvent): ProjectState {
  switch (type) {
    case ProjectCreated.name:
      return { status: 'live', settings: settingsOf(data), ...fresh };
    case ProjectChanged.name:
      return { ...state, settings: settingsOf(data) };
    case ProjectDeleted.name:
      return noProject;
    case ProjectItemsReplaced.name:
      return { ...state, items: data.items };
    case PlanImported.name: {
      const plans = new Map(state.plans).set(data.version, data);
      return { ...state, plans, active: data, pinned: false, fetchError: null };
    }
    case PlanActivated.name:
      return { ...state, active: state.plans.get(data.version) ?? null, pinned: true, fetchError: null };
    case PlanChecked.name:
      return {
        ...state,
        active: state.active && { ...state.active, sourceEtag: data.sourceEtag },
        ...{ pinned: data.pinned, fetchError: data.fetchError },
      };
  }
}

const settingsOf = ({ name, description, gitRemote, stackTags, planRefreshSeconds }: ProjectSettings) => ({
  ...{ name, description, gitRemote, stackTags, planRefreshSeconds },
});

export function evolveProject(state: ProjectState, event: ProjectEvent): ProjectState {
  if (state.status === 'live') return evolveLive(state, event);
  return event.type === ProjectCreated.name
    ? { status: 'live', settings: settingsOf(event.data), ...fresh }
    : state;
}
