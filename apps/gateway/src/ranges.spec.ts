import { assert, integer, property } from 'fast-check';
import { selectRanges } from './ranges';

describe('a Range header', () => {
  it.each([
    ['bytes=0-3', [{ start: 0, end: 3 }]],
    ['bytes=4-', [{ start: 4, end: 9 }]],
    ['bytes=-3', [{ start: 7, end: 9 }]],
    ['bytes=-30', [{ start: 0, end: 9 }]],
    ['bytes=8-100', [{ start: 8, end: 9 }]],
    [
      'bytes= 0-1 , 8-9',
      [
        { start: 0, end: 1 },
        { start: 8, end: 9 },
      ],
    ],
    ['bytes=0-1,50-60', [{ start: 0, end: 1 }]],
    ['BYTES=0-0', [{ start: 0, end: 0 }]],
  ])('of %s selects what it says', (header, ranges) => {
    expect(selectRanges(header, 10)).toEqual(ranges);
  });

  it.each(['bytes=10-', 'bytes=10-11,12-13', 'bytes=-0'])('of %s cannot be satisfied', (header) => {
    expect(selectRanges(header, 10)).toEqual([]);
  });

  it.each([
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=3-1',
    'bytes=a-b',
    'bytes 0-1',
    'lines=0-1',
    'bytes=0-1;2-3',
    'bytes=0-9,0-9',
    `bytes=${'0-0,'.repeat(17)}`,
    `bytes=${' '.repeat(100_000)}0-1`,
  ])('of %s is passed over', (header) => {
    expect(selectRanges(header, 10)).toBe('whole');
  });

  it('never reaches outside the body', () => {
    assert(
      property(
        integer({ min: 0, max: 50 }),
        integer({ min: 0, max: 60 }),
        integer({ min: 0, max: 60 }),
        (size, a, b) => {
          for (const header of [`bytes=${a}-${b}`, `bytes=${a}-`, `bytes=-${b}`]) {
            const ranges = selectRanges(header, size);
            if (ranges === 'whole') continue;
            for (const { start, end } of ranges) expect(0 <= start && start <= end && end < size).toBe(true);
          }
        },
      ),
    );
  });
});
