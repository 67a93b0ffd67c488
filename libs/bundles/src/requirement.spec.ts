import { isRange, isSlug, isVersion, parseRequirement, SLUG_PATTERN } from './requirement';

describe('slugs', () => {
  it.each(['a', 'a-b', '1', 'a1-2b-c', 'x'.repeat(64)])('%s is one', (text) => {
    expect(isSlug(text)).toBe(true);
  });

  it.each(['', '-a', 'a-', 'a--b', 'A', 'a_b', 'a.b', 'é', 'a b', 'a\n', 'drafts/x', 'x'.repeat(65)])(
    '%j is none',
    (text) => {
      expect(isSlug(text)).toBe(false);
      expect(new RegExp(SLUG_PATTERN).test(text)).toBe(false);
    },
  );
});

describe('versions', () => {
  it.each(['1.0.0', '0.0.1-rc.1', '1.2.3+build.5'])('%s is one', (text) => {
    expect(isVersion(text)).toBe(true);
  });

  it.each(['', '1', '1.0', 'v1.0.0', '=1.0.0', ' 1.0.0', '1.0.0 ', '1.0.0\n', '01.0.0', 'latest'])(
    '%j is none',
    (text) => {
      expect(isVersion(text)).toBe(false);
    },
  );
});

describe('requirements', () => {
  it.each([
    ['a', { slug: 'a', range: '*' }],
    ['a@', { slug: 'a', range: '*' }],
    ['a@^1.2', { slug: 'a', range: '^1.2' }],
    [' a @ >=1 <3 ', { slug: 'a', range: '>=1 <3' }],
  ])('%j is read', (text, expected) => {
    expect(parseRequirement(text)).toEqual(expected);
  });

  it.each(['', '@1', 'A', 'a@b', 'a@1@2', 'aaa@>=x', 'aaa@>2 <1', `a@${'1 '.repeat(100)}`])(
    '%j is refused',
    (text) => {
      expect(parseRequirement(text)).toBeUndefined();
    },
  );

  it('have ranges in the syntax of semver', () => {
    expect([isRange('1.x || 2'), isRange('nonsense')]).toEqual([true, false]);
  });

  it.each(['*', 'x', '1.x', '>=1.x', '^1', '~1.2', '>=1 <2', '1 - 2', '>=1.0.0-rc.1', '1.0.0-x', '=1.0.0+x'])(
    'have the range %j',
    (text) => {
      expect(isRange(text)).toBe(true);
    },
  );

  it.each(['>=x', '^x', '~*', '> X', '<=vx', '1 || >=x', '>2 <1', '<0.0.0-0', '>=', 'latest'])(
    'never have the range %j, which compares nothing or which nothing can meet',
    (text) => {
      expect(isRange(text)).toBe(false);
    },
  );
});
