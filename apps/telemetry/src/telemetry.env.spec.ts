import { documentedVariables, readVariables } from '@loam/testing';
import { telemetryEnvironment } from './telemetry.env';

it('docs/operations.md lists every variable that the telemetry reads, with its default', async () => {
  expect(readVariables(telemetryEnvironment)).toEqual(await documentedVariables('telemetry'));
});
