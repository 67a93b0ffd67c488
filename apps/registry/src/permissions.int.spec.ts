import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { registryMigrations } from './registry.migrations';

it('the roles of registry may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('registry');
  try {
    await server.open('registry', registryMigrations);
    expect(await grantedPermissions(server, 'registry')).toEqual(await documentedPermissions('registry'));
  } finally {
    await server.close();
  }
});
