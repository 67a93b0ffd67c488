import { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { TokenIssued, TokenRevoked } from '@loam/contracts/gateway';

export const tokenEvents = z.union([factSchema(TokenIssued), factSchema(TokenRevoked)]);
export type TokenEvent = z.output<typeof tokenEvents>;

export type TokenState = 'unknown' | 'issued' | 'revoked';

export const tokenStream = (tenant: string, tokenId: string): string => `token:${tenant}:${tokenId}`;

export function evolveToken(_state: TokenState, event: TokenEvent): TokenState {
  switch (event.type) {
    case TokenIssued.name:
      return 'issued';
    case TokenRevoked.name:
      return 'revoked';
  }
}
