import { TokenRevoked } from '@loam/contracts/gateway';
import type { EventContext, EventStore } from '@loam/event-store';
import { accept, reject, type Decider, type Rejection } from '@loam/kernel';
import { evolveToken, tokenEvents, tokenStream, type TokenEvent, type TokenState } from '../token.stream';

export const revocation: Decider<{ readonly tokenId: string }, TokenState, TokenEvent, 'token-not-found'> = {
  initial: 'unknown',
  evolve: evolveToken,
  decide: ({ tokenId }, state) => {
    switch (state) {
      case 'unknown':
        return reject('token-not-found', 'There is no such token.');
      case 'issued':
        return accept({ type: TokenRevoked.name, data: { tokenId } });
      case 'revoked':
        return accept();
    }
  },
};

/** Revokes a token of the context's tenant; again changes nothing. */
export async function revokeToken(
  store: EventStore,
  context: EventContext,
  tokenId: string,
): Promise<Rejection<'token-not-found'> | undefined> {
  const outcome = await store.execute(context, {
    stream: tokenStream(context.tenant, tokenId),
    events: tokenEvents,
    decider: revocation,
    command: { tokenId },
  });
  return 'rejected' in outcome ? outcome : undefined;
}
