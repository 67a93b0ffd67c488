import { moment, plain, size, table } from './text';

describe('a table', () => {
  it('aligns columns, with figures to the right, and leaves no blanks at line ends', () => {
    const rows = [
      ['a', '5', 'first'],
      ['longer', '12', ''],
    ];
    expect(table(['SLUG', 'N', 'WHAT'], rows)).toBe('SLUG     N  WHAT\na        5  first\nlonger  12');
  });

  it('cuts the last column, and nothing else, to fit the terminal', () => {
    const [, line = ''] = table(['SLUG', 'WHAT'], [['slug', 'x'.repeat(100)]], 20).split('\n');
    expect(line).toBe(`slug  ${'x'.repeat(13)}…`);
    expect(table(['SLUG', 'WHAT'], [['slug', 'x'.repeat(100)]])).toContain('x'.repeat(100));
  });

  it('never lets a text from outside steer the terminal', () => {
    expect(table(['A'], [['\u001b[31mred\u0007\u202e']])).toBe('A\n[31mred');
    expect(plain('two\r\nlines')).toBe('two lines');
  });
});

describe('figures for people', () => {
  it('are short', () => {
    expect([size(12), size(2048), size(3 * 1024 * 1024)]).toEqual(['12 bytes', '2.0 KiB', '3.0 MiB']);
    expect([moment(null), moment('2026-11-21T10:20:30.000Z')]).toEqual(['never', '2026-11-21 10:20']);
  });
});
