import { z } from 'zod';
import { resolve, type CatalogView } from '@loam/resolver';
import { HttpLink, requestBytes } from '../http-link';
import { expectAnswer, httpWorker, untilAnswered, type Exchange } from '../http-worker';
import { startLoam } from '../loam';
import { describeItem, HOSTILE, random, slugOf } from '../seeded-items';
import type { Comparison, Group, Scenario, Setting } from '../scenario';
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

const someSlug = (from: number, to: number): (() => string) => {
  const chance = random(11);
  return () => slugOf(from + Math.floor(chance() * (to - from)));
};

const someRoots = (some: () => string): string[] => [...new Set(Array.from({ length: ROOTS }, some))];

const overHttp = (name: string, home: string, profile: boolean, some: () => string): Scenario => ({
  ...{ name, role: 'ours', clients: 1, openRate: 10 },
  start: async () => {
    const { stack, processes, observe, profiler, stop } = await startLoam(home, { profile });
    await untilAnswered(stack.url, exchange(stack.token, [some()]).request);
    return {
      ...{ processes, observe, stop, ...(profiler && { profiler }) },
      open: () => httpWorker(stack.url, () => exchange(stack.token, someRoots(some))),
      check: async () => undefined,
    };
  },
});

/** One request after the other, each for what a root needs: how clients do it that have no plan to ask for. */
const oneByOne = (name: string, home: string, some: () => string): Scenario => ({
  ...{ name, role: 'reference', clients: 1, openRate: 0 },
  start: async () => {
    const { stack, processes, observe, stop } = await startLoam(home, { profile: false });
    const headers = { authorization: `Bearer ${stack.token}` };
    const request = () => requestBytes('GET', `/v1/skills/${some()}/deps`, headers);
    await untilAnswered(stack.url, request());
    return {
      ...{ processes, observe, stop },
      open: async () => {
        const link = await HttpLink.open(stack.url);
        return {
          perform: async () => {
            for (let root = 0; root < ROOTS; root += 1) expectAnswer(await link.ask(request()), 200);
          },
          close: async () => link.close(),
        };
      },
      check: async () => undefined,
    };
  },
});

/** The same in the process that measures, on a catalog in memory. */
const inMemory = (name: string, view: CatalogView, some: () => string): Scenario => ({
  ...{ name, role: 'limit', clients: 1, openRate: 0 },
  start: async () => ({
    processes: { bench: process.pid },
    open: async () => ({
      perform: async () => {
        const roots = someRoots(some).map((slug) => ({ kind: 'skill' as const, slug, range: '*' }));
        if (resolve(roots, view).outcome !== 'plan') throw new Error('there is no plan');
      },
      close: async () => undefined,
    }),
    check: async () => undefined,
    stop: async () => undefined,
  }),
});

function catalogOf(count: number): CatalogView {
  const items = new Map(
    Array.from({ length: count }, (_, number) => {
      const { slug, requires, sha256 } = describeItem(number, count);
      return [slug, [{ version: '1.0.0', sha256, bytes: 1000, requires }]] as const;
    }),
  );
  return { candidates: ({ slug }) => items.get(slug) ?? [] };
}

async function prepare({ seeded, profile }: Setting): Promise<Comparison> {
  const count = 10_000;
  const home = await seeded.catalog(count);
  // The last layers require nothing or little: what most items of a catalog are like.
  const shallow = (): (() => string) => someSlug(count - 1600, count);
  return {
    cases: [
      overHttp('loam, 100 roots', home, profile, shallow()),
      overHttp('loam, 100 roots that need a thousand others', home, profile, someSlug(HOSTILE, count)),
      oneByOne('loam, a request for each of 100 roots', home, shallow()),
      inMemory('in the process, 100 roots', catalogOf(count), shallow()),
    ],
    ratios: [],
    bounds: [{ ...targets.resolve, of: 'loam, 100 roots' }],
    close: async () => undefined,
  };
}

export const resolveGroup: Group = { name: 'resolve', sizes: ['full'], minutes: 1.8, prepare };
