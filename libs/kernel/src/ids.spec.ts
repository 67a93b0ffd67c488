import { isUuid, uuidv7 } from './ids';

describe('uuidv7', () => {
  it('gives version 7, variant 10 and the millisecond it was made in', () => {
    const id = uuidv7(Date.UTC(2100, 0, 1));
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('7');
    expect('89ab').toContain(id[19]);
    expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2100, 0, 1));
  });

  it('EVT-13 never goes backwards, within a millisecond or when the clock jumps back an hour', () => {
    const start = Date.UTC(2101, 0, 1);
    const ids = Array.from({ length: 10_000 }, (_, index) =>
      uuidv7(index < 5_000 ? start : start - 3_600_000),
    );
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
