import type { EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import {
  dayKey,
  evolveVitals,
  unknownItem,
  UsageObserved,
  type Vitals,
  type VitalsEvent,
} from '../vitals.stream';

/** The use of a day is told as totals so far: only what tells more than the last one counts. */
export const watchUse: Decider<EventData<typeof UsageObserved>, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: (use, { sequences }) =>
    use.sequence <= (sequences.get(dayKey(use)) ?? 0)
      ? accept()
      : accept({ type: UsageObserved.name, data: use }),
};
