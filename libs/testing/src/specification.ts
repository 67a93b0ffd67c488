import type { Decider, Decision, Rejection } from '@loam/kernel';

/** Given what happened, when this is asked, then this happens (or it is refused). */
interface When<Event> {
  then(...events: Event[]): void;
  thenNothingHappens(): void;
  thenRefused(code: string, detail?: RegExp): void;
}

/** A decider as a specification: `specification(decider).given(…).when(…).then(…)`. */
export const specification = <Command, State, Event, Code extends string>(
  decider: Decider<Command, State, Event, Code>,
) => ({
  given: (...history: Event[]) => ({
    when: (command: Command): When<Event> => {
      const state = history.reduce((before, event) => decider.evolve(before, event), decider.initial);
      return outcomeOf(decider.decide(command, state));
    },
  }),
});

const isRejection = <Event>(decision: Decision<Event>): decision is Rejection => 'rejected' in decision;

const outcomeOf = <Event>(decision: Decision<Event>): When<Event> => ({
  then: (...events) => {
    expect(decision).toEqual({ events });
  },
  thenNothingHappens: () => {
    expect(decision).toEqual({ events: [] });
  },
  thenRefused: (code, detail) => {
    expect(decision).toMatchObject({ rejected: code });
    if (detail !== undefined && isRejection(decision)) expect(decision.detail).toMatch(detail);
  },
});
