import { usagePolicyDefaults } from '@loam/contracts/usage';
import { specification } from '@loam/testing';
import { UsagePolicySet } from '../policy.stream';
import { setPolicy, type PolicyEvent } from './set-policy.decider';

const set = (change: Partial<typeof usagePolicyDefaults>): PolicyEvent => ({
  type: UsagePolicySet.name,
  data: { ...usagePolicyDefaults, ...change },
});

describe('a policy of use', () => {
  const { given } = specification(setPolicy);

  it('changes in the parts that are named', () => {
    given()
      .when({ tracking: false })
      .then(set({ tracking: false }));
    given(set({ people: false }))
      .when({ retentionDays: 90 })
      .then(set({ people: false, retentionDays: 90 }));
  });

  it('stays as it is where nothing is said or the same', () => {
    given().when({}).thenNothingHappens();
    given(set({ people: false }))
      .when({ people: false })
      .thenNothingHappens();
  });
});
