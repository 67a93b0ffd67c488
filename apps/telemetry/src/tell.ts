import type { Tx } from '@loam/database';
import { tellActivations, type LockedActivations } from './activations';
import type { Contribution } from './counters';
import { quantitiesOf, type Fact } from './facts';
import { tellInvocations, type LockedInvocations } from './invocations';

export interface Locked {
  readonly activations: LockedActivations;
  readonly invocations: LockedInvocations;
}

/** What facts count by themselves. */
const usesOf = (facts: readonly Fact[]): Contribution[] =>
  facts.flatMap((fact) => {
    const quantities = quantitiesOf(fact);
    if (quantities === undefined) return [];
    const { tenant, at, kind, slug, version, project, trigger, session, person } = fact;
    const place = { tenant, at, kind, slug, version, project, trigger, session, person };
    return [{ ...place, quantities }];
  });

/** Puts facts together with what is known of the same activations and invocations. @returns what they change in the counts */
export async function tell(tx: Tx, facts: readonly Fact[], locked: Locked): Promise<Contribution[]> {
  return [
    ...usesOf(facts),
    ...(await tellActivations(tx, facts, locked.activations)),
    ...(await tellInvocations(tx, facts, locked.invocations)),
  ];
}
