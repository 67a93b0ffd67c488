import { csvOf } from './csv';

describe('a table as CSV', () => {
  it('quotes what would end a cell, and doubles quotes', () => {
    expect(csvOf([['a,b', 'say "x"', 1.5, null]])).toBe('"a,b","say ""x""",1.5,\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@sum', '\tx', '\r=x'])('lets no text begin a formula: %j', (text) => {
    expect(csvOf([[text]])).toMatch(/^"?'/);
  });

  it('leaves negative numbers be', () => {
    expect(csvOf([[-1]])).toBe('-1\r\n');
  });
});
