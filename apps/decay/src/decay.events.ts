import { DigestMade, SweepCompleted } from '@loam/contracts/decay';
import type { EventDefinition } from '@loam/contracts/define';
import type { Projection } from '@loam/event-store';
import { policies } from './policies.projection';
import { PolicySet } from './policy.stream';
import { projects } from './projects.projection';
import { ProjectObserved } from './projects.stream';
import { vitals } from './vitals.projection';
import { vitalsDefinitions } from './vitals.stream';

/** Every event of decay's log. */
export const decayEvents: readonly EventDefinition[] = [
  ...vitalsDefinitions,
  ...[ProjectObserved, PolicySet, SweepCompleted, DigestMade],
];

/** Every table that follows from it. */
export const decayProjections: readonly Projection[] = [vitals, projects, policies];
