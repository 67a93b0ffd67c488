import { FairQueue } from './fair-queue';

const filled = (items: readonly (readonly [tenant: string, item: string, size?: number])[]) => {
  const queue = new FairQueue<string>();
  for (const [tenant, item, size = 1] of items) queue.add(tenant, item, size);
  return queue;
};

describe('a fair queue', () => {
  it('ING-14 serves tenants in turn, so that a noisy one does not come before its neighbour', () => {
    const noisy = Array.from({ length: 1000 }, (_, index) => ['noisy', `n${index}`] as const);
    const queue = filled([...noisy, ['quiet', 'q0'], ['quiet', 'q1']]);
    expect(queue.take(4)).toEqual(['n0', 'q0', 'n1', 'q1']);
    expect(queue.take(2)).toEqual(['n2', 'n3']);
    expect(queue.size).toBe(996);
  });

  it('takes no more than it may, but always something', () => {
    const queue = filled([
      ['a', 'large', 1000],
      ['b', 'small', 10],
      ['b', 'large', 1000],
    ]);
    expect(queue.take(100)).toEqual(['large']);
    expect(queue.take(100)).toEqual(['small']);
    expect(queue.take(100)).toEqual(['large']);
    expect(queue.take(100)).toEqual([]);
    expect(queue.size).toBe(0);
  });
});
