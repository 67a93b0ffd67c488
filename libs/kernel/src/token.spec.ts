import { createToken, hashToken, parseToken } from './token';

describe('an API token', () => {
  it('carries its public id and is kept only as a hash', () => {
    const { token, id, hash } = createToken();
    expect(parseToken(token)).toBe(id);
    expect(hash).toBe(hashToken(token));
    expect(hash).not.toContain(token.slice(-8));
  });

  it('is recognised as mistyped without looking it up', () => {
    const { token } = createToken();
    const last = token.endsWith('0') ? '1' : '0';
    expect(parseToken(token.slice(0, -1) + last)).toBeUndefined();
    expect(parseToken(token.toUpperCase())).toBeUndefined();
    expect(parseToken('spk_1')).toBeUndefined();
  });
});
