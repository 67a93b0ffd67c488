import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { requestBytes } from './http-link';
import { expectAnswer, httpWorker } from './http-worker';
import { startLoam, type Loam } from './loam';
import { describeItem, random, slugOf, VOCABULARY, wordOf } from './seeded-items';
import type { Scenario, Subject, Worker } from './scenario';

const CLIENTS = 8;
const OPEN_RATE = 50;
export const PAGE = 20;

const foundSchema = z.object({ items: z.array(z.object({ slug: z.string() })), total: z.int() });

/** One Loam for all cases of a round, because its index takes long to build and searches change nothing. */
export class SharedLoam {
  private running: Promise<Loam> | undefined;

  constructor(
    private readonly home: string,
    private readonly profile: boolean,
  ) {}

  start(): Promise<Loam> {
    this.running ??= this.bringUp();
    return this.running;
  }

  async stop(): Promise<void> {
    await (await this.running)?.stop();
    this.running = undefined;
  }

  /** With the index in memory. */
  private async bringUp(): Promise<Loam> {
    const loam = await startLoam(this.home, { profile: this.profile });
    const headers = { authorization: `Bearer ${loam.stack.token}` };
    while (!(await fetch(`${loam.stack.url}/v1/search?q=${wordOf(1)}`, { headers })).ok) await delay(500);
    return loam;
  }
}

type Query = (chance: () => number) => { readonly path: string; readonly expect: (body: string) => void };

const finds =
  (least: number) =>
  (body: string): void => {
    const { items, total } = foundSchema.parse(JSON.parse(body));
    if (total < least || items.length < Math.min(least, PAGE)) throw new Error(`only ${total} were found`);
  };

const search = (text: string, more = ''): string =>
  `/v1/search?q=${encodeURIComponent(text)}&limit=${PAGE}${more}`;

export const rank = (chance: () => number, from: number, to: number): number =>
  Math.floor(from * (to / from) ** chance());

/** A word with two letters changed places. */
const mistyped = (word: string): string =>
  `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}`;

/** The kinds of words that a catalog's users type. */
export const queries = (count: number): Record<string, Query> => ({
  'one of the ten commonest words': (chance) => ({
    path: search(wordOf(rank(chance, 1, 10))),
    expect: finds(1),
  }),
  'a common word': (chance) => ({ path: search(wordOf(rank(chance, 10, 1000))), expect: finds(1) }),
  'a rare word': (chance) => ({
    path: search(wordOf(rank(chance, 1000, VOCABULARY)), '&semantic=false'),
    expect: finds(0),
  }),
  'two words': (chance) => ({
    path: search(`${wordOf(rank(chance, 1, 1000))} ${wordOf(rank(chance, 1, 1000))}`),
    expect: finds(1),
  }),
  'a typo': (chance) => ({ path: search(mistyped(wordOf(rank(chance, 10, 1000)))), expect: finds(0) }),
  'an exact slug': (chance) => {
    const slug = slugOf(Math.floor(chance() * count));
    return {
      path: search(slug),
      expect: (body) => {
        if (foundSchema.parse(JSON.parse(body)).items[0]?.slug !== slug)
          throw new Error(`${slug} is not first`);
      },
    };
  },
  'a sentence': (chance) => ({
    path: search(describeItem(Math.floor(chance() * count), count).description.slice(0, 200)),
    expect: finds(1),
  }),
});

export function ours(name: string, shared: SharedLoam, query: Query): Scenario {
  return {
    ...{ name: `loam, ${name}`, role: 'ours', clients: CLIENTS, openRate: OPEN_RATE, warmUpMs: 500 },
    start: async (): Promise<Subject> => {
      const { stack, processes, observe, profiler } = await shared.start();
      const chance = random(7);
      const headers = { authorization: `Bearer ${stack.token}` };
      return {
        ...{ processes, observe, ...(profiler && { profiler }) },
        open: () =>
          httpWorker(stack.url, () => {
            const { path, expect } = query(chance);
            return {
              request: requestBytes('GET', path, headers),
              expect: (answer) => {
                expectAnswer(answer, 200);
                expect(answer.body.toString());
              },
            };
          }),
        check: async () => undefined,
        stop: async () => undefined,
      };
    },
  };
}

/** Cursors of pages near the beginning and far into the list, found by walking there. */
async function cursorAt({ stack }: Loam, page: number): Promise<string> {
  const headers = { authorization: `Bearer ${stack.token}` };
  let path = '/v1/skills?limit=200';
  let cursor = '';
  for (let at = 0; at < page; at += 10) {
    const next = (await fetch(`${stack.url}${path}`, { headers })).headers.get('x-loam-next-cursor');
    if (next === null) return cursor;
    cursor = next;
    path = `/v1/skills?limit=200&cursor=${encodeURIComponent(cursor)}`;
  }
  return cursor;
}

export function listing(name: string, shared: SharedLoam, page: number): Scenario {
  let path: string | undefined;
  return {
    ...{ name, role: 'ours', clients: CLIENTS, openRate: OPEN_RATE, warmUpMs: 500 },
    start: async () => {
      const loam = await shared.start();
      const cursor = await cursorAt(loam, page);
      path = `/v1/skills?limit=${PAGE}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const query: Query = () => ({
        path: path ?? '',
        expect: (body) => {
          if (z.array(z.unknown()).parse(JSON.parse(body)).length !== PAGE)
            throw new Error('a page is not full');
        },
      });
      return ours(name, shared, query).start();
    },
  };
}

/** A client of the database that asks what a service without an index of its own would ask. */
async function sqlWorker(url: string, next: () => { text: string; values: unknown[] }): Promise<Worker> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    perform: async () => {
      await client.query({ ...next(), name: 'measured' });
    },
    close: () => client.end(),
  };
}

export const sql = (
  name: string,
  role: 'reference' | 'limit',
  shared: SharedLoam,
  next: (chance: () => number) => { text: string; values: unknown[] },
): Scenario => ({
  ...{ name, role, clients: CLIENTS, openRate: OPEN_RATE, warmUpMs: 500 },
  start: async () => {
    const { adminUrl, processes } = await shared.start();
    const chance = random(7);
    return {
      processes: { postgres: processes['postgres'] ?? 0 },
      open: () => sqlWorker(adminUrl, () => next(chance)),
      check: async () => undefined,
      stop: async () => undefined,
    };
  },
});
