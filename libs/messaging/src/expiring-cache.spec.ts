import { ExpiringCache } from './expiring-cache';

it('forgets an entry when its time has come', () => {
  const cache = new ExpiringCache<string>(10);
  cache.set('key', 'value', 100);
  expect([cache.get('key', 99), cache.get('key', 100), cache.get('key', 99)]).toEqual([
    'value',
    undefined,
    undefined,
  ]);
});

it('forgets the oldest entry when it is full', () => {
  const cache = new ExpiringCache<number>(2);
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    cache.set(key, value, 100);
  expect(['a', 'b', 'c'].map((key) => cache.get(key, 0))).toEqual([3, undefined, 4]);
});
