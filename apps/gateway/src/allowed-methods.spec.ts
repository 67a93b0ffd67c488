import { allowedMethods } from './allowed-methods';

it('lists what a path takes, HEAD wherever it can be read', () => {
  expect(allowedMethods('/v1/skills')).toEqual(['GET', 'HEAD', 'POST']);
  expect(allowedMethods('/v1/skills/a%2Fb')).toEqual(['GET', 'HEAD']);
});

it('lists nothing for a path that does not exist', () => {
  expect(allowedMethods('/v1/skillz')).toEqual([]);
  expect(allowedMethods('/v1/skills/')).toEqual([]);
});
