import { SessionFailed, type SessionStatus } from '@loam/contracts/capture';
import { fact } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { evolveSession, noSession, type SessionEvent, type SessionState } from './session.stream';

/** What a step came to, for the round of the session that it looked at. */
export interface Judgement {
  readonly round: number;
  /** Where the session must be for this step to count; anywhere else it has been taken already, or came too late. */
  readonly from: readonly SessionStatus[];
  readonly facts: readonly SessionEvent[];
}

/** Whether a step for this round still counts. */
const isDue = (state: SessionState, { round, from }: Omit<Judgement, 'facts'>): boolean =>
  state.status !== 'unknown' && state.round === round && from.includes(state.status);

/** A session is judged step by step; a step that is taken twice, or for a session that went on, changes nothing. */
export const judgeSession: Decider<Judgement, SessionState, SessionEvent, never> = {
  initial: noSession,
  evolve: evolveSession,
  decide: (judgement, state) => (isDue(state, judgement) ? accept(...judgement.facts) : accept()),
};

/** Where a session is while it is judged. */
const UNDER_WAY: readonly SessionStatus[] = ['ended', 'scored', 'waiting', 'failed'];

/** That a step was given up on. */
export const failure = (sessionId: string, round: number, step: string, reason: string): Judgement => ({
  ...{ round, from: UNDER_WAY },
  facts: [fact(SessionFailed, { sessionId, round, step, reason: reason.slice(0, 500) })],
});
