import { claimedTenants } from './token.guard';

describe('the tenants that a request claims to be for', () => {
  it('are named by either header, without regard to case', () => {
    expect(claimedTenants({ 'x-loam-tenant': ' Acme ' }, undefined)).toEqual(['acme']);
    expect(claimedTenants({ 'x-skill-pool-tenant': 'acme' }, undefined)).toEqual(['acme']);
  });
  it('are all of them, so that two headers cannot contradict each other', () => {
    expect(claimedTenants({ 'x-loam-tenant': 'a', 'x-skill-pool-tenant': 'b' }, undefined)).toEqual([
      'a',
      'b',
    ]);
  });
  it('are named by the subdomain where a domain is configured, and by no other host', () => {
    expect(claimedTenants({ host: 'acme.skills.example.com:443' }, 'skills.example.com')).toEqual(['acme']);
    expect(claimedTenants({ host: 'skills.example.com' }, 'skills.example.com')).toEqual([]);
    expect(claimedTenants({ host: 'acme.example.org' }, 'skills.example.com')).toEqual([]);
    expect(claimedTenants({ host: '127.0.0.1:8080' }, undefined)).toEqual([]);
  });
});
