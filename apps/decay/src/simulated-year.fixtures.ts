import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { corpusFolder } from '@loam/testing';

/** How the use of an item goes over the year. */
export const PATTERNS = ['growing', 'seasonal', 'dying', 'never used', 'failing'] as const;
export type Pattern = (typeof PATTERNS)[number];

export const ITEMS = 500;
const DAY_MS = 86_400_000;
/** The first day of the year that is simulated; a season of the year before is told as it was then. */
const BEGIN = Date.parse('2025-01-01T00:00:00Z');

export const dayOf = (index: number): string => new Date(BEGIN + index * DAY_MS).toISOString().slice(0, 10);

/** mulberry32, as good as any for this: the same seed draws the same numbers everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How often something happens that does so at this rate: Knuth's product of draws. */
function poisson(rate: number, draw: () => number): number {
  const limit = Math.exp(-rate);
  let count = 0;
  for (let product = draw(); product > limit; product *= draw()) count += 1;
  return count;
}

export interface Simulated {
  readonly slug: string;
  readonly pattern: Pattern;
  /** The day on which its season of sixty days begins. */
  readonly season: number;
}

/** Names of published skills where there is a corpus, else of the project's samples; repeated with a number. */
export function simulatedItems(): Simulated[] {
  const corpus = corpusFolder();
  const folder =
    corpus === undefined ? resolve(__dirname, '../../../samples/skills') : join(corpus, 'skills');
  const names = readdirSync(folder).filter(
    (name) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) && name.length < 60,
  );
  const draw = random(7);
  return Array.from({ length: ITEMS }, (_, index) => {
    const name = names[index % names.length] ?? 'skill';
    const round = Math.floor(index / names.length);
    return {
      slug: round === 0 ? name : `${name}-${String(round + 1)}`,
      pattern: PATTERNS[index % PATTERNS.length] ?? 'growing',
      season: Math.floor(draw() * 365),
    };
  });
}

/** What has a season was there the year before, and so was what nobody ever used. */
export const isOld = (pattern: Pattern): boolean => pattern === 'seasonal' || pattern === 'never used';

const inSeason = (day: number, season: number): boolean => (day - season + 3650) % 365 < 60;

function rateOn(day: number, { pattern, season }: Simulated): number {
  switch (pattern) {
    case 'growing':
      return 0.1 + (0.9 * Math.max(day, 0)) / 365;
    case 'seasonal':
      return inSeason(day, season) ? 1 : 0;
    case 'dying':
      return 2 * Math.exp(-Math.max(day, 0) / 20);
    case 'never used':
      return 0;
    case 'failing':
      return 0.4;
  }
}

export interface Day {
  readonly uses: number;
  readonly successes: number;
  readonly failures: number;
}

/** Draws each day of each item anew, in the order of items and days. */
export function usageModel(): (day: number, item: Simulated) => Day {
  const draw = random(20_250_101);
  return (day, item) => {
    const uses = poisson(rateOn(day, item), draw);
    const rate = item.pattern === 'failing' ? 0.3 : 0.9;
    const successes = Array.from({ length: uses }, draw).filter((drawn) => drawn < rate).length;
    return { uses, successes, failures: uses - successes };
  };
}
