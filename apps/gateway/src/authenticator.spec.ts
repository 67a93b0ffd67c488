import { createToken, hashToken } from '@loam/kernel';
import { eventually } from '@loam/testing';
import { Authenticator } from './authenticator';

const TENANT = '0190c0de-0000-7000-8000-000000000001';

/** A place with one token, whose look-ups are counted, and a clock that the test moves. */
function world() {
  const { token, id } = createToken();
  const state = { now: 1_000_000, lookUps: 0, revoked: false, expires: new Date(10_000_000) };
  const row = () => ({
    ...{ tenant_id: TENANT, tenant: 'acme', hash: hashToken(token), scopes: ['skills:read'] },
    ...{ expires_at: state.expires, revoked_at: state.revoked ? new Date(state.now) : null },
  });
  const find = async () => {
    state.lookUps += 1;
    return [row()];
  };
  const authenticator = new Authenticator(find, () => new Date(state.now));
  return { authenticator, state, id, header: `Bearer ${token}` };
}

describe('a token that was recognised', () => {
  it('is recalled by the same header for 0.8 s, without asking anybody', async () => {
    const { authenticator, state, header, id } = world();
    expect(authenticator.recall(header, [])).toBeUndefined();
    await authenticator.authenticate(header, []);
    expect(authenticator.recall(header, ['acme'])).toMatchObject({ tenantId: TENANT, tokenId: id });
    expect(state.lookUps).toBe(1);
    state.now += 800;
    expect(authenticator.recall(header, [])).toBeUndefined();
  });

  it('is recalled for its own tenant alone', async () => {
    const { authenticator, header } = world();
    await authenticator.authenticate(header, []);
    expect(authenticator.recall(header, ['other'])).toBeUndefined();
  });

  it('is looked up again by one while others go on, so that nobody waits', async () => {
    const { authenticator, state, header } = world();
    await authenticator.authenticate(header, []);
    state.now += 500;
    for (let time = 0; time < 10; time += 1) expect(authenticator.recall(header, [])).toBeDefined();
    await eventually(() => {
      expect(state.lookUps).toBe(2);
    });
    state.now += 700;
    expect(authenticator.recall(header, [])).toBeDefined();
  });

  it('is forgotten as soon as a look-up says that it was revoked, and within 0.8 s in any case', async () => {
    const { authenticator, state, header } = world();
    await authenticator.authenticate(header, []);
    state.revoked = true;
    state.now += 500;
    authenticator.recall(header, []);
    await eventually(() => {
      expect(authenticator.recall(header, [])).toBeUndefined();
    });
    await expect(authenticator.authenticate(header, [])).rejects.toMatchObject({
      failure: { code: 'unauthenticated' },
    });
  });

  it('is not recalled once it has expired', async () => {
    const { authenticator, state, header } = world();
    state.expires = new Date(state.now + 100);
    await authenticator.authenticate(header, []);
    state.now += 100;
    expect(authenticator.recall(header, [])).toBeUndefined();
  });
});
