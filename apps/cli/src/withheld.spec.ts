import { versionCell } from './withheld';

it('a version in a table tells of the newer one that is withheld', () => {
  expect(versionCell({ version: '1.0.0' })).toBe('1.0.0');
  const newer = { version: '2.0.0', status: 'archived' } as const;
  expect(versionCell({ version: '1.0.0', newer })).toBe('1.0.0 (2.0.0 is archived)');
});
