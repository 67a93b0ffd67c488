import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { Vitals1795000000000 } from './migrations/1795000000000-vitals';

it('the roles of decay may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('decay');
  try {
    await server.open('decay', [Vitals1795000000000]);
    expect(await grantedPermissions(server, 'decay')).toEqual(await documentedPermissions('decay'));
  } finally {
    await server.close();
  }
});
