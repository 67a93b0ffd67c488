import { documentedVariables, readVariables } from '@loam/testing';
import { registryEnvironment } from './registry.env';

it('docs/operations.md lists every variable that the registry reads, with its default', async () => {
  expect(readVariables(registryEnvironment)).toEqual(await documentedVariables('registry'));
});
