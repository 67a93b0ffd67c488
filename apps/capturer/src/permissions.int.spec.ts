import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { Drafts1795000000000 } from './migrations/1795000000000-drafts';
import { Reviews1796200000000 } from './migrations/1796200000000-reviews';

it('the roles of capturer may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('capturer');
  try {
    await server.open('capturer', [Drafts1795000000000, Reviews1796200000000]);
    expect(await grantedPermissions(server, 'capturer')).toEqual(await documentedPermissions('capturer'));
  } finally {
    await server.close();
  }
});
