import { TokenIssued } from '@loam/contracts/gateway';
import type { Scope } from '@loam/contracts/scopes';
import { NO_STREAM, type EventContext, type EventStore } from '@loam/event-store';
import { createToken, reject, type Rejection } from '@loam/kernel';
import { tokenStream } from '../token.stream';

export interface TokenRequest {
  readonly label: string;
  readonly scopes: readonly (Scope | '*')[];
  readonly expiresAt: Date;
}

/** Nobody hands on what they may not do themselves; `*` and `platform:admin` count as themselves. */
export const judgeScopes = (
  wanted: readonly string[],
  own: readonly string[],
): Rejection<'scope-not-grantable'> | undefined => {
  const lacking = wanted.filter(
    (scope) => !own.includes(scope) && !(own.includes('*') && scope !== 'platform:admin'),
  );
  return lacking.length === 0
    ? undefined
    : reject('scope-not-grantable', `Your own token does not have: ${lacking.join(', ')}.`, '/scopes');
};

/** Issues a token of the context's tenant. The text of it is nowhere but in the answer. */
export async function issueToken(
  store: EventStore,
  context: EventContext,
  { label, scopes, expiresAt }: TokenRequest,
): Promise<{ readonly id: string; readonly token: string; readonly createdAt: string }> {
  const { token, id, hash } = createToken();
  const fact = {
    type: TokenIssued.name,
    data: { tokenId: id, label, hash, scopes, expiresAt: expiresAt.toISOString() },
  };
  const events = await store.transaction(context, (unit) =>
    unit.append({ stream: tokenStream(context.tenant, id), expected: NO_STREAM, facts: [fact] }),
  );
  return { id, token, createdAt: events[0]?.occurredAt ?? '' };
}
