import { z } from 'zod';
import {
  SessionDeferred,
  SessionDismissed,
  SessionDrafted,
  SessionEnded,
  SessionExtended,
  SessionFailed,
  SessionScored,
  SessionStarted,
  type SessionStatus,
} from '@loam/contracts/capture';
import { factSchema } from '@loam/contracts/define';

export const sessionStream = (tenant: string, sessionId: string): string => `session:${tenant}:${sessionId}`;

export const sessionEvents = z.union([
  factSchema(SessionStarted),
  factSchema(SessionExtended),
  factSchema(SessionEnded),
  factSchema(SessionScored),
  factSchema(SessionDismissed),
  factSchema(SessionDeferred),
  factSchema(SessionDrafted),
  factSchema(SessionFailed),
]);
export type SessionEvent = z.output<typeof sessionEvents>;

/** A round begins when the session does, and anew when it goes on after its end. */
export type SessionState =
  { readonly status: 'unknown' } | { readonly status: SessionStatus; readonly round: number };

export const noSession: SessionState = { status: 'unknown' };

export function evolveSession(_state: SessionState, { type, data: { round } }: SessionEvent): SessionState {
  switch (type) {
    case SessionStarted.name:
    case SessionExtended.name:
      return { status: 'open', round };
    case SessionEnded.name:
      return { status: 'ended', round };
    case SessionScored.name:
      return { status: 'scored', round };
    case SessionDismissed.name:
      return { status: 'dismissed', round };
    case SessionDeferred.name:
      return { status: 'waiting', round };
    case SessionDrafted.name:
      return { status: 'drafted', round };
    case SessionFailed.name:
      return { status: 'failed', round };
  }
}
