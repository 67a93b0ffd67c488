import { SessionEnded } from '@loam/contracts/capture';
import { fact } from '@loam/contracts/define';
import { accept, type Decider } from '@loam/kernel';
import { evolveSession, noSession, type SessionEvent, type SessionState } from '../session.stream';

export interface Close {
  readonly sessionId: string;
  readonly reason: string;
}

/** Nothing more was heard of a session. One that has ended, or was never known, is left alone. */
export const closeSession: Decider<Close, SessionState, SessionEvent, never> = {
  initial: noSession,
  evolve: evolveSession,
  decide: ({ sessionId, reason }, state) =>
    state.status === 'open'
      ? accept(fact(SessionEnded, { sessionId, round: state.round, reason }))
      : accept(),
};
