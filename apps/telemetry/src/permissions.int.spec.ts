import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { Times1795000002000 } from './migrations/1795000002000-times';
import { Usage1795000000000 } from './migrations/1795000000000-usage';

it('the roles of telemetry may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('telemetry');
  try {
    await server.open('telemetry', [Usage1795000000000, Times1795000002000]);
    expect(await grantedPermissions(server, 'telemetry')).toEqual(await documentedPermissions('telemetry'));
  } finally {
    await server.close();
  }
});
