import type { EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { isOfDisuse } from '../verdict.rules';
import {
  cleared,
  dayKey,
  evolveVitals,
  isCandidate,
  unknownItem,
  UsageObserved,
  usesOf,
  type Vitals,
  type VitalsEvent,
} from '../vitals.stream';

/**
 * The use of a day is told as totals so far: only what tells more than the last one counts. More use, however late it
 * is heard of, ends it that an item is a candidate for want of use.
 */
export const watchUse: Decider<EventData<typeof UsageObserved>, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: (use, state) => {
    const known = state.days.get(dayKey(use));
    if (use.sequence <= (known?.sequence ?? 0)) return accept();
    const observed: VitalsEvent = { type: UsageObserved.name, data: use };
    const isUsed = usesOf(use) > (known?.uses ?? 0);
    if (!isUsed || !isCandidate(state) || !state.rules.every(isOfDisuse)) return accept(observed);
    return accept(observed, cleared({ kind: use.kind, slug: use.slug }, 'used'));
  },
};
