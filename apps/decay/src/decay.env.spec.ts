import { documentedVariables, readVariables } from '@loam/testing';
import { decayEnvironment } from './decay.env';

it('docs/operations.md lists every variable that the decay reads, with its default', async () => {
  expect(readVariables(decayEnvironment)).toEqual(await documentedVariables('decay'));
});
