import fc from 'fast-check';
import RE2 from 're2';
import { Automaton } from './automaton';
import { Matcher } from './matcher';
import { alternativesOf } from './needed';

const found = (pattern: string, text: string, reach?: number) =>
  new Matcher([{ id: 'rule', pattern, ...(reach !== undefined && { reach }) }])
    .find(Buffer.from(text))
    .map(({ offset, text: match }) => `${offset} ${match}`);

describe('what every match of a pattern holds', () => {
  it.each([
    ['curl\\b[^\\n]{0,40}\\|\\s*(?:ba|z)?sh\\b', ['curl', 'sh,bash,zsh']],
    ['\\b(?:send|post)s?\\s+https?://', ['http://,https://', 'send,post,sends,posts']],
    ['[48][0-9AB]x{3}', ['xxx']],
    ['\\[/?INST\\]', ['[inst],[/inst]']],
    ['игнор', ['игнор']],
  ])('is read from %j', (pattern, wanted) => {
    const sets = alternativesOf(pattern).flatMap(({ needed }) => needed.sets.map((set) => set.join()));
    for (const each of wanted)
      expect(sets.some((set) => set.split(',').includes(each.split(',')[0] ?? ''))).toBe(true);
  });

  it('is nothing where a pattern can do without', () => {
    expect(alternativesOf('(?:abc)?\\w+').map(({ needed }) => needed.sets)).toEqual([[]]);
  });
});

describe('one pass for many literals', () => {
  it('finds all of them, within each other too, and letters of both cases', () => {
    const hits = new Automaton([['she', 'he'], ['hers'], ['x']]).find(Buffer.from('uSHErs'));
    expect([...hits]).toEqual([[4], [6], undefined]);
  });
});

describe('a matcher', () => {
  const patterns = [
    'ab[^\\n]{0,3}cd',
    'a+b?\\s+c',
    '^(?:a|b)c$',
    '\\ba\\b[^\\n]{0,2}(?:bc|d)',
    '(?:a b|c d){2,}',
    'a[^b]*b',
  ];

  it('finds what the pattern alone would find', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...patterns),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', ' ', '\n', 'é'), maxLength: 60 }),
        (pattern, text) => {
          const whole = [...text.matchAll(new RE2(pattern, 'gim'))].map(([match]) => match);
          const ours = found(pattern, text).map((match) =>
            Buffer.from(match.slice(match.indexOf(' ') + 1), 'latin1').toString(),
          );
          expect(ours).toEqual(whole);
        },
      ),
    );
  });

  it('follows a run without a bound past where it looked at first', () => {
    const key = 'A'.repeat(5000);
    expect(found('BEGIN KEY[A-Z]{64,}', `x BEGIN KEY${key} y`)).toEqual([`2 BEGIN KEY${key}`]);
  });

  it('takes no match that is longer than the reach of the rule, and finds the next', () => {
    const far = `send ${'x'.repeat(50)} send it to https://a`;
    expect(found('send[^\\n]*https://', far, 30)).toEqual(['56 send it to https://']);
  });

  it('tells the part that is named', () => {
    const [match] = new Matcher([{ id: 'key', pattern: 'key=(?P<v>\\w+)' }]).find(Buffer.from('a key=abc;'));
    expect(match?.value).toBe('abc');
  });
});
