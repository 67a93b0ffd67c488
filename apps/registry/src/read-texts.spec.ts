import { ReadTexts } from './read-texts';

describe('texts that were read a moment ago', () => {
  it('are there once', () => {
    const texts = new ReadTexts();
    texts.keep('a', { name: 'n', body: 'b' });
    expect(texts.take('a')).toEqual({ name: 'n', body: 'b' });
    expect(texts.take('a')).toBeUndefined();
  });

  it('are forgotten, the oldest first, where there are too many', () => {
    const texts = new ReadTexts();
    const body = 'b'.repeat(1_000_000);
    for (let i = 0; i < 10; i += 1) texts.keep(String(i), { name: '', body });
    expect(Array.from({ length: 10 }, (_, i) => texts.take(String(i)) !== undefined)).toEqual([
      ...Array.from({ length: 2 }, () => false),
      ...Array.from({ length: 8 }, () => true),
    ]);
  });
});
