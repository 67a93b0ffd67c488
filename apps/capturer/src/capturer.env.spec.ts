import { documentedVariables, readVariables } from '@loam/testing';
import { capturerEnvironment } from './capturer.env';

it('docs/operations.md lists every variable that the capturer reads, with its default', async () => {
  expect(readVariables(capturerEnvironment)).toEqual(await documentedVariables('capturer'));
});
