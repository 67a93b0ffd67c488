import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { Identity1795000000000 } from './migrations/1795000000000-identity';
import { Webhooks1796300000000 } from './migrations/1796300000000-webhooks';

it('the roles of gateway may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('gateway');
  try {
    await server.open('gateway', [Identity1795000000000, Webhooks1796300000000]);
    expect(await grantedPermissions(server, 'gateway')).toEqual(await documentedPermissions('gateway'));
  } finally {
    await server.close();
  }
});
