import { documentedPermissions, grantedPermissions, testDatabase } from '@loam/testing';
import { telemetryMigrations } from './telemetry.migrations';

it('the roles of telemetry may do exactly what docs/security.md says', async () => {
  const server = await testDatabase('telemetry');
  try {
    await server.open('telemetry', telemetryMigrations);
    expect(await grantedPermissions(server, 'telemetry')).toEqual(await documentedPermissions('telemetry'));
  } finally {
    await server.close();
  }
});
