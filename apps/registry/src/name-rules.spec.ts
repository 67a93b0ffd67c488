import fc from 'fast-check';
import {
  covers,
  distance,
  lookAlikeFault,
  nameConcerns,
  prefixesOf,
  reservedFault,
  skeletonOf,
  writtenNameConcerns,
  writtenNameFault,
} from './name-rules';

const rules = (slug: string, ...popular: string[]) =>
  nameConcerns({ kind: 'skill', slug }, popular).map(({ rule }) => rule);

describe('reserved names', () => {
  it.each([
    ['api', 'names.reserved-word'],
    ['latest', 'names.reserved-word'],
    ['clear', 'names.session-command'],
    ['claude-code-helper', 'names.vendor'],
    ['my-anthropic-tools', 'names.vendor'],
    ['openai-tools', 'names.vendor'],
    ['adm1n', 'names.reserved-word'],
    ['c1aude-code-helper', 'names.vendor'],
    ['0penai-tools', 'names.vendor'],
  ])('%s is refused by %s', (slug, rule) => {
    expect(reservedFault(slug, false)?.rule).toBe(rule);
  });

  it('let alone what only looks similar, and what the namespace of a vendor covers', () => {
    for (const slug of ['apis', 'claudette', 'using-openai', 'clear-caches', 'review'])
      expect(reservedFault(slug, false)).toBeUndefined();
    expect(reservedFault('claude-code-helper', true)).toBeUndefined();
    expect(reservedFault('latest', true)?.rule).toBe('names.reserved-word');
  });

  it('that people share with built-in commands are looked at instead', () => {
    expect(rules('review')).toEqual(['names.built-in-command']);
    expect(rules('reviewing-code')).toEqual([]);
    expect(nameConcerns({ kind: 'agent', slug: 'review' }, [])).toEqual([]);
  });
});

describe('look-alikes of popular names', () => {
  it.each([
    ['writing-changel0gs', 'writing-changelogs'],
    ['writingchangelogs', 'writing-changelogs'],
    ['writ1ng-change1ogs', 'writing-changelogs'],
    ['modem-design', 'modern-design'],
    ['te5ting', 'testing'],
  ])('%s for %s are refused', (slug, popular) => {
    expect(lookAlikeFault(slug, [popular])?.rule).toBe('names.look-alike');
    expect(lookAlikeFault(popular, [popular])).toBeUndefined();
  });

  it('are looked at where they are a slip away: one up to 12 characters, two in longer names', () => {
    expect(rules('tesitng', 'testing')).toEqual(['names.near-popular']);
    expect(rules('texting', 'testing')).toEqual(['names.near-popular']);
    expect(rules('tasking', 'testing')).toEqual([]);
    expect(rules('writing-chngelog', 'writing-changelogs')).toEqual(['names.near-popular']);
    expect(rules('writing-chngelo', 'writing-changelogs')).toEqual([]);
  });

  it('are looked at where SKILL.md gives them to an item of another slug', () => {
    const written = (name: string | null) =>
      writtenNameConcerns(name, 'my-notes', ['testing']).map(({ rule }) => rule);
    expect(written('Testing')).toEqual(['names.written-near-popular']);
    expect(written('tesitng')).toEqual(['names.written-near-popular']);
    expect(written('my-notes')).toEqual([]);
    expect(written(null)).toEqual([]);
  });

  it('are looked at where they stand around a popular name of several words', () => {
    expect(rules('official-writing-changelogs', 'writing-changelogs')).toEqual(['names.around-popular']);
    expect(rules('testing-react', 'testing')).toEqual([]);
  });
});

describe('the distance of two names', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 9 });

  it('is 0 for the same, symmetric, and at most the longer length', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(distance(a, a, 3)).toBe(0);
        expect(distance(a, b, 20)).toBe(distance(b, a, 20));
        expect(distance(a, b, 20)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        const [exact, cut] = [distance(a, b, 20), distance(a, b, 2)];
        expect(cut).toBe(exact <= 2 ? exact : Number.POSITIVE_INFINITY);
      }),
    );
  });

  it('is 1 for one slip of any kind', () => {
    for (const other of ['abc', 'abxcd', 'abxd', 'abdc', 'bacd']) expect(distance('abcd', other, 2)).toBe(1);
  });
});

it('a skeleton is its own skeleton', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'arnm015ilosvw-'.split('')) }), (slug) => {
      const once = skeletonOf(slug);
      expect(skeletonOf(once).length).toBeLessThanOrEqual(once.length);
    }),
  );
});

it('a namespace covers its own name and everything that begins with it and a hyphen', () => {
  expect(prefixesOf('a-b-c')).toEqual(['a', 'a-b', 'a-b-c']);
  expect(covers('payments', 'payments') && covers('payments', 'payments-eu')).toBe(true);
  expect(covers('payments', 'payments2')).toBe(false);
});

describe('the name in SKILL.md', () => {
  it.each([
    ['writing\u200b-changelogs', 'names.invisible'],
    ['pdf\u202etools', 'names.invisible'],
    ['p\u0430yments', 'names.mixed-script'],
    ['\u03bfpen', 'names.mixed-script'],
  ])('PUB-15 %j is refused by %s', (name, rule) => {
    expect(writtenNameFault(name)?.rule).toBe(rule);
  });

  it('may be of any one alphabet', () => {
    for (const name of [
      'Writing changelogs',
      'Änderungen',
      '変更ログを書く',
      'журнал изменений',
      'café 2',
      '🧑‍💻 helper ❤️',
    ])
      expect(writtenNameFault(name)).toBeUndefined();
  });
});
