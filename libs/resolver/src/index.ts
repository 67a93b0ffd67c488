export { DependencyGraph, type ClosureEntry } from './dependency-graph';
export { foresee } from './foresee';
export type {
  Candidate,
  CatalogView,
  Clash,
  Item,
  MissingItem,
  Plan,
  PlannedItem,
  Reason,
  Requirement,
  Resolution,
  ResolveOptions,
  Root,
  Side,
} from './model';
export { byPreference } from './preference';
export { resolve } from './resolve';
