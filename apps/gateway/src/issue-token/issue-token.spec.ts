import { judgeScopes } from './issue-token';

describe('granting scopes to a new token', () => {
  it('lets a token hand on what it has', () => {
    expect(judgeScopes(['skills:read'], ['skills:read', 'tenant:admin'])).toBeUndefined();
  });
  it('refuses what it lacks, and names it', () => {
    expect(judgeScopes(['skills:read', 'skills:publish'], ['skills:read'])).toMatchObject({
      rejected: 'scope-not-grantable',
      detail: expect.stringContaining('skills:publish'),
    });
  });
  it('never lets a tenant make an operator', () => {
    expect(judgeScopes(['platform:admin'], ['*'])).toMatchObject({ rejected: 'scope-not-grantable' });
    expect(judgeScopes(['tenant:admin'], ['*'])).toBeUndefined();
    expect(judgeScopes(['*'], ['tenant:admin'])).toMatchObject({ rejected: 'scope-not-grantable' });
  });
});
