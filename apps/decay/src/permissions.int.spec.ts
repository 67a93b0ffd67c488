import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { decayMigrations } from './decay.migrations';

it('the roles of decay may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('decay');
  try {
    await server.open('decay', decayMigrations);
    expect(await grantedPermissions(server, 'decay')).toEqual(await documentedPermissions('decay'));
  } finally {
    await server.close();
  }
});
