import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { Catalog1795000000000 } from './migrations/1795000000000-catalog';

it('the roles of registry may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('registry');
  try {
    await server.open('registry', [Catalog1795000000000]);
    expect(await grantedPermissions(server, 'registry')).toEqual(await documentedPermissions('registry'));
  } finally {
    await server.close();
  }
});
