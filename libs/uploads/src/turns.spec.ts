import { Turns } from './turns';

/** Asks for work that ends when it is told to, and notes what began. */
function asked() {
  const turns = new Turns(3);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (tenant: string, name: string) =>
    turns.take(tenant, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    });
  const endOne = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { turns, ask, begun, endOne };
}

describe('taking turns', () => {
  it('lets a tenant that floods wait behind one that asks seldom', async () => {
    const { ask, begun, endOne } = asked();
    const all = [ask('noisy', 'n0'), ask('noisy', 'n1'), ask('noisy', 'n2'), ask('quiet', 'q0')];
    expect(begun).toEqual(['n0']);
    for (let i = 0; i < all.length; i += 1) await endOne();
    expect(begun).toEqual(['n0', 'n1', 'q0', 'n2']);
    expect(await Promise.all(all)).toEqual(['n0', 'n1', 'n2', 'q0']);
  });

  it('tells when a tenant has as much waiting as it may, and others have not', async () => {
    const { turns, ask, endOne } = asked();
    const all = Array.from({ length: 3 }, (_, i) => ask('noisy', `n${i}`));
    expect(turns.isFull('noisy')).toBe(false);
    all.push(ask('noisy', 'n3'));
    expect([turns.isFull('noisy'), turns.isFull('quiet')]).toEqual([true, false]);
    await endOne();
    expect(turns.isFull('noisy')).toBe(false);
    for (let i = 0; i < all.length; i += 1) await endOne();
    await Promise.all(all);
  });

  it('goes on after work that failed', async () => {
    const turns = new Turns(3);
    const failed = turns.take('a', () => Promise.reject(new Error('it broke')));
    const next = turns.take('a', () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('it broke');
    expect(await next).toBe('done');
  });
});
