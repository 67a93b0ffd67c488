import { BROKEN_LINE, isTooDeep, parseLines } from './event-bodies';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

it('ING-07 a body that is nested 10,000 deep is found to be too deep at once', () => {
  const started = performance.now();
  expect(isTooDeep(nested(10_000))).toBe(true);
  expect(isTooDeep({ data: { a: nested(40) } })).toBe(true);
  expect(isTooDeep({ data: { a: nested(20) } })).toBe(false);
  expect(performance.now() - started).toBeLessThan(100);
});

it('lines are read one by one, and a broken one spoils no other', () => {
  expect(parseLines('{"a":1}\r\n\n{"a":\n[2]\n', JSON.parse)).toEqual([{ a: 1 }, BROKEN_LINE, [2]]);
});
