import { array, assert, constantFrom, integer, oneof, property, record, constant } from 'fast-check';
import { ReadCache, type Asked } from './read-cache';

const open = () => {
  const world = { now: 0, current: true };
  const cache = new ReadCache<string>({
    ...{ most: 10_000, keepMs: 5000, isCurrent: () => world.current, now: () => world.now },
  });
  const keep = (tenant: string, question: string, value: string, asked = cache.ask()) => {
    cache.keep(tenant, question, asked, { value, bytes: value.length });
  };
  return { cache, keep, world };
};

describe('the read cache', () => {
  it('gives an answer again, to the tenant that asked', () => {
    const { cache, keep } = open();
    keep('a', '/x', 'answer');
    expect([cache.get('a', '/x'), cache.get('b', '/x'), cache.get('a', '/y')]).toEqual([
      ...['answer', undefined, undefined],
    ]);
  });

  it('forgets what it knew of a tenant to whom something happened, and only that', () => {
    const { cache, keep } = open();
    keep('a', '/x', 'old');
    keep('b', '/x', 'other');
    cache.forget('a');
    expect([cache.get('a', '/x'), cache.get('b', '/x')]).toEqual([undefined, 'other']);
  });

  it('does not keep an answer that was under way when something happened', () => {
    const { cache, keep } = open();
    const asked = cache.ask();
    cache.forget('a');
    keep('a', '/x', 'perhaps from before', asked);
    expect(cache.get('a', '/x')).toBeUndefined();
    keep('a', '/x', 'from after');
    expect(cache.get('a', '/x')).toBe('from after');
  });

  it('does not keep an answer that was under way when anything may have happened', () => {
    const { cache, keep } = open();
    const asked = cache.ask();
    cache.forgetAll();
    keep('a', '/x', 'perhaps from before', asked);
    expect(cache.get('a', '/x')).toBeUndefined();
  });

  it('gives nothing that is older than it may be', () => {
    const { cache, keep, world } = open();
    keep('a', '/x', 'answer');
    world.now = 3999;
    expect(cache.get('a', '/x')).toBe('answer');
    world.now = 5000;
    expect(cache.get('a', '/x')).toBeUndefined();
  });

  it('sends one of many to ask anew before the time is up, and gives the others what it has', () => {
    const { cache, keep, world } = open();
    keep('a', '/x', 'old');
    world.now = 4500;
    expect([1, 2, 3].map(() => cache.get('a', '/x'))).toEqual([undefined, 'old', 'old']);
    keep('a', '/x', 'new');
    world.now = 5000;
    expect(cache.get('a', '/x')).toBe('new');
  });

  it('gives for longer what is proven to hold, and nothing that was asked for after the proof for as long', () => {
    const { cache, keep, world } = open();
    keep('a', '/x', 'answer');
    for (world.now = 1000; world.now < 60_000; world.now += 1000) {
      cache.prove(world.now - 10);
      expect(cache.get('a', '/x')).toBe('answer');
    }
    cache.forget('a');
    cache.prove(world.now);
    expect(cache.get('a', '/x')).toBeUndefined();
    keep('a', '/x', 'new');
    world.now += 5000;
    expect(cache.get('a', '/x')).toBeUndefined();
  });

  it('gives and keeps nothing while it does not hear what happens', () => {
    const { cache, keep, world } = open();
    keep('a', '/x', 'answer');
    world.current = false;
    expect(cache.get('a', '/x')).toBeUndefined();
    keep('a', '/x', 'answer');
    world.current = true;
    expect(cache.get('a', '/x')).toBeUndefined();
  });

  it('stays exact when more tenants change than it remembers one by one', () => {
    const { cache, keep } = open();
    const asked = cache.ask();
    for (let tenant = 0; tenant <= 10_000; tenant += 1) cache.forget(String(tenant));
    keep('0', '/x', 'from before', asked);
    expect(cache.get('0', '/x')).toBeUndefined();
  });

  it('never gives what was read before the last change, whatever happens in which order', () => {
    const tenants = constantFrom('a', 'b');
    const step = oneof(
      record({ do: constant('change' as const), tenant: tenants }),
      record({ do: constant('ask' as const), tenant: tenants }),
      record({ do: constant('answer' as const), which: integer({ min: 0, max: 9 }) }),
      record({ do: constant('gap' as const) }),
    );
    assert(
      property(array(step, { maxLength: 60 }), (steps) => {
        const { cache } = open();
        const truth = { a: 0, b: 0 };
        const underWay: { tenant: 'a' | 'b'; asked: Asked; read: number }[] = [];
        for (const each of steps) {
          if (each.do === 'gap') {
            // Both change unheard; what tells of it is the gap.
            truth.a += 1;
            truth.b += 1;
            cache.forgetAll();
          } else if (each.do === 'change') {
            truth[each.tenant] += 1;
            cache.forget(each.tenant);
          } else if (each.do === 'ask') {
            underWay.push({ tenant: each.tenant, asked: cache.ask(), read: truth[each.tenant] });
          } else {
            const [load] = underWay.splice(each.which, 1);
            if (load !== undefined)
              cache.keep(load.tenant, '/x', load.asked, { value: String(load.read), bytes: 1 });
          }
          for (const tenant of ['a', 'b'] as const)
            expect([undefined, String(truth[tenant])]).toContain(cache.get(tenant, '/x'));
        }
      }),
    );
  });
});
