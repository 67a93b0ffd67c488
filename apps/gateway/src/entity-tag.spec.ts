import { isKnown, tagOf } from './entity-tag';

describe('an entity tag', () => {
  it('is the same for the same bytes and another for others', () => {
    expect(tagOf('a')).toBe(tagOf(Buffer.from('a')));
    expect(tagOf('a')).not.toBe(tagOf('b'));
    expect(tagOf('a')).toMatch(/^"[\w-]{27}"$/);
  });

  it.each([
    ['"t"', true],
    ['W/"t"', true],
    ['"a", W/"b" , "t"', true],
    [' * ', true],
    ['"a", "b"', false],
    ['t', false],
    ['"*"', false],
    ['', false],
    ['"a,"t"', false],
  ])('is known to a client that sends %s: %s', (header, known) => {
    expect(isKnown(header, '"t"')).toBe(known);
  });

  it('is unknown to a client that sends none', () => {
    expect(isKnown(undefined, '"t"')).toBe(false);
  });

  it('is looked for in linear time', () => {
    const header = '"'.repeat(16_000);
    const started = performance.now();
    isKnown(header, '"t"');
    expect(performance.now() - started).toBeLessThan(100);
  });
});
