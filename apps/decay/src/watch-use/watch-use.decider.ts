import type { EventData } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { rulesAfter } from '../verdict.rules';
import {
  changed,
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
 * The use of a day is told as totals so far: only what tells more than the last one counts. One more use, however late
 * it is heard of, ends it that an item is a candidate for want of use, and one that succeeded, that it is for failing.
 */
export const watchUse: Decider<EventData<typeof UsageObserved>, Vitals, VitalsEvent, never> = {
  initial: unknownItem,
  evolve: evolveVitals,
  decide: (use, state) => {
    const known = state.days.get(dayKey(use));
    if (use.sequence <= (known?.sequence ?? 0)) return accept();
    const observed: VitalsEvent = { type: UsageObserved.name, data: use };
    if (!isCandidate(state)) return accept(observed);
    const rules = rulesAfter(state.rules, {
      isUse: usesOf(use) > (known?.uses ?? 0),
      isSuccess: (use.successes ?? 0) > (known?.successes ?? 0),
    });
    if (rules.length === state.rules.length) return accept(observed);
    const item = { kind: use.kind, slug: use.slug };
    return accept(observed, rules.length === 0 ? cleared(item, 'used') : changed(item, rules));
  },
};
