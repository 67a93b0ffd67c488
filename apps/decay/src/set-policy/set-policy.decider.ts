import type { DecayPolicy } from '@loam/contracts/decay-policy';
import { factSchema } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import type { z } from 'zod';
import { PolicySet } from '../policy.stream';

export const policyEvents = factSchema(PolicySet);
type PolicyEvent = z.output<typeof policyEvents>;

/** Every policy is a new version; the one that is in force already changes nothing. */
export const setPolicy: Decider<
  DecayPolicy,
  { readonly version: number; readonly policy: string },
  PolicyEvent,
  never
> = {
  initial: { version: 0, policy: '' },
  evolve: (_state, { data }) => ({ version: data.version, policy: JSON.stringify(data.policy) }),
  decide: (policy, state) =>
    JSON.stringify(policy) === state.policy
      ? accept()
      : accept({ type: PolicySet.name, data: { version: state.version + 1, policy } }),
};
