import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { gatewayMigrations } from './gateway.migrations';

it('the roles of gateway may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('gateway');
  try {
    await server.open('gateway', gatewayMigrations);
    expect(await grantedPermissions(server, 'gateway')).toEqual(await documentedPermissions('gateway'));
  } finally {
    await server.close();
  }
});
