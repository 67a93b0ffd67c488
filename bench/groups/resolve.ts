import { z } from 'zod';
import { requestBytes } from '../http-link';
import { expectAnswer, httpWorker, untilAnswered, type Exchange } from '../http-worker';
import { startLoam } from '../loam';
import { HOSTILE, random, slugOf } from '../seeded-items';
import type { Group, Scenario, Setting } from '../scenario';
import { targets } from '../targets';

const ROOTS = 100;
const planSchema = z.object({ items: z.array(z.unknown()) });

function exchange(token: string, slugs: readonly string[]): Exchange {
  const body = Buffer.from(JSON.stringify({ roots: slugs.map((slug) => ({ slug })) }));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    request: requestBytes('POST', '/v1/resolve', headers, body),
    expect: (answer) => {
      expectAnswer(answer, 200);
      const { items } = planSchema.parse(JSON.parse(answer.body.toString()));
      if (items.length < slugs.length) throw new Error(`the plan has only ${items.length} items`);
    },
  };
}

const scenario = (
  name: string,
  {
    home,
    profile,
    from,
    count,
  }: {
    home: string;
    profile: boolean;
    from: number;
    count: number;
  },
): Scenario => ({
  ...{ name, role: 'ours', clients: 1, openRate: 10 },
  start: async () => {
    const { stack, processes, observe, profiler, stop } = await startLoam(home, { profile });
    const chance = random(11);
    const some = () => slugOf(from + Math.floor(chance() * (count - from)));
    await untilAnswered(stack.url, exchange(stack.token, [some()]).request);
    return {
      ...{ processes, observe, stop, ...(profiler && { profiler }) },
      open: () =>
        httpWorker(stack.url, () => exchange(stack.token, [...new Set(Array.from({ length: ROOTS }, some))])),
      check: async () => undefined,
    };
  },
});

async function prepare(setting: Setting) {
  const count = 10_000;
  const home = await setting.seeded(count);
  const { profile } = setting;
  return {
    cases: [
      // The last layers require nothing or little: what most items of a catalog are like.
      scenario('loam, 100 roots', { home, profile, from: count - 1600, count }),
      scenario('loam, 100 roots that need a thousand others', { home, profile, from: HOSTILE, count }),
    ],
    ratios: [],
    bounds: [{ ...targets.resolve, of: 'loam, 100 roots' }],
    close: async () => undefined,
  };
}

export const resolveGroup: Group = { name: 'resolve', sizes: ['full'], prepare };
