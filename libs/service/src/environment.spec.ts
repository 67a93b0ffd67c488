import { documentedVariables, readVariables } from '@loam/testing';
import {
  databaseConfig,
  identityConfig,
  logConfig,
  migrateConfig,
  objectsConfig,
  serveConfig,
} from './environment';

describe('docs/operations.md lists every variable, with its default,', () => {
  it('that a service reads', async () => {
    const read = readVariables(logConfig, databaseConfig, serveConfig, identityConfig);
    expect(read).toEqual(await documentedVariables('every service'));
  });

  it('that a service with objects reads', async () => {
    expect(readVariables(objectsConfig)).toEqual(
      await documentedVariables('gateway, registry, telemetry, capturer'),
    );
  });

  it('that migrating reads', async () => {
    expect(readVariables(logConfig, migrateConfig)).toEqual(await documentedVariables('the command migrate'));
  });
});
