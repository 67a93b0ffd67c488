import { usagePolicyDefaults, usagePolicySchema, type UsagePolicy } from '@loam/contracts/usage';
import { accept, type Decider } from '@loam/kernel';
import type { Fact } from '@loam/contracts/define';
import { UsagePolicySet } from '../policy.stream';

export type PolicyEvent = Fact<typeof UsagePolicySet>;

/** Decides about the parts that are named. What changes nothing is no event. */
export const setPolicy: Decider<Partial<UsagePolicy>, UsagePolicy, PolicyEvent, never> = {
  initial: usagePolicyDefaults,
  evolve: (_, { data }) => data,
  decide: (change, known) => {
    const data = usagePolicySchema.parse({ ...known, ...change });
    const same = usagePolicySchema.keyof().options.every((name) => data[name] === known[name]);
    return same ? accept() : accept({ type: UsagePolicySet.name, data });
  },
};
