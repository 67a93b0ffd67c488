import { TokenIssued, TokenRevoked } from '@loam/contracts/gateway';
import { specification } from '@loam/testing';
import type { TokenEvent } from '../token.stream';
import { revocation } from './revoke-token';

const issued: TokenEvent = {
  type: TokenIssued.name,
  data: { tokenId: 'a', label: 'l', hash: 'h', scopes: ['skills:read'], expiresAt: null },
};
const revoked: TokenEvent = { type: TokenRevoked.name, data: { tokenId: 'a' } };

describe('revoking a token', () => {
  const given = specification(revocation).given;

  it('revokes it once', () => {
    given(issued).when({ tokenId: 'a' }).then(revoked);
    given(issued, revoked).when({ tokenId: 'a' }).thenNothingHappens();
  });
  it('refuses one that does not exist', () => {
    given().when({ tokenId: 'a' }).thenRefused('token-not-found');
  });
});
