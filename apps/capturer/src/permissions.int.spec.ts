import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { capturerMigrations } from './capturer.migrations';

it('the roles of capturer may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('capturer');
  try {
    await server.open('capturer', capturerMigrations);
    expect(await grantedPermissions(server, 'capturer')).toEqual(await documentedPermissions('capturer'));
  } finally {
    await server.close();
  }
});
