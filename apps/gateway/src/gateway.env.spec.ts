import { documentedVariables, readVariables } from '@loam/testing';
import { gatewayEnvironment } from './gateway.env';

it('docs/operations.md lists every variable that the gateway reads, with its default', async () => {
  expect(readVariables(gatewayEnvironment)).toEqual(await documentedVariables('gateway'));
});
