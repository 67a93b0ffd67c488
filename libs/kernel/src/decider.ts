import type { ProblemError } from '@loam/contracts/problems';

/**
 * The three pure functions from which a thing that decides is made: its first state, how an event changes the
 * state, and what a command may lead to. Nothing here reads a clock, draws a random number or does I/O: time,
 * identifiers and facts from elsewhere come in with the command.
 */
export interface Decider<Command, State, Event, Code extends string> {
  readonly initial: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): Decision<Event, Code>;
}

/** A refusal is an answer, not a fault: `code` is one of the contract's stable problem codes. */
export interface Rejection<Code extends string = string> {
  readonly rejected: Code;
  readonly detail: string;
  /** Which part of the input is meant (a JSON pointer, a file of the bundle), where there is one. */
  readonly pointer?: string;
  /** What is wrong in detail, where it is more than one thing; instead of `pointer`. */
  readonly errors?: readonly ProblemError[];
}

/** The events that a command leads to (none: nothing changes), or why it is refused. */
export type Decision<Event, Code extends string = string> =
  { readonly events: readonly Event[] } | Rejection<Code>;

/** A decision in favour: these events, in this order. No event at all means that it already is so. */
export const accept = <Event>(...events: Event[]): { readonly events: readonly Event[] } => ({ events });

/** A decision against, for `code`, in words that say what to do. */
export const reject = <Code extends string>(
  rejected: Code,
  detail: string,
  pointer?: string,
): Rejection<Code> => (pointer === undefined ? { rejected, detail } : { rejected, detail, pointer });
