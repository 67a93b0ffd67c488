import { array, assert, integer, property, record } from 'fast-check';
import { ByteCache } from './byte-cache';

describe('a cache by bytes', () => {
  it('gives up what was used longest ago', () => {
    const cache = new ByteCache<string>(16);
    for (const key of 'abcdefgh') cache.set(key, key, 2);
    expect(cache.get('a')).toBe('a');
    cache.set('i', 'i', 2);
    expect([cache.get('a'), cache.get('b'), cache.get('i')]).toEqual(['a', undefined, 'i']);
  });

  it('does not give up many small values for a large one', () => {
    const cache = new ByteCache<string>(16);
    cache.set('small', 'small', 1);
    cache.set('large', 'large', 3);
    expect([cache.get('small'), cache.get('large')]).toEqual(['small', undefined]);
  });

  it('never holds more than it may, and counts exactly what it holds', () => {
    const steps = array(record({ key: integer({ min: 0, max: 20 }), bytes: integer({ min: 0, max: 120 }) }));
    assert(
      property(steps, (all) => {
        const cache = new ByteCache<number>(800);
        for (const { key, bytes } of all) cache.set(String(key), bytes, bytes);
        const left = Array.from({ length: 21 }, (_, key) => cache.get(String(key)) ?? -1).filter(
          (n) => n >= 0,
        );
        const sum = left.reduce((a, b) => a + b, 0);
        expect(cache.size).toEqual({ entries: left.length, bytes: sum });
        expect(sum).toBeLessThanOrEqual(800);
      }),
    );
  });
});
