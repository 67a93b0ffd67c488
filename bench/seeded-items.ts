import { createHash } from 'node:crypto';

/** What the catalog is filled with for reading; the same on every run. */
export interface SeededItem {
  readonly slug: string;
  readonly description: string;
  readonly body: string;
  readonly tags: string[];
  readonly requires: { slug: string; range: string }[];
  readonly sha256: string;
}

export const VOCABULARY = 20_000;
const DESCRIPTION_WORDS = 12;
const BODY_WORDS = 24;
const FAN_OUT = 5;
/** Items form layers, and one requires items of the next layer. */
const LAYERS = 10;
/** The first items require each other wildly: cycles, and as many paths as there are. */
export const HOSTILE = 2000;

/** A small generator of numbers from 0 to 1 that every run repeats (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SYLLABLES = [
  'ka',
  'lo',
  'mi',
  'tu',
  're',
  'sa',
  'vo',
  'ni',
  'pe',
  'zu',
  'da',
  'fi',
  'go',
  'hy',
  'ba',
  'wex',
];

/** The word of a rank; 1 is the commonest. */
export function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank + 300; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length] ?? '';
  return word;
}

/** By Zipf's law: the word of rank r comes 1/r as often as the commonest. */
const someWord = (chance: () => number): string => wordOf(Math.floor(VOCABULARY ** chance()));

export const slugOf = (number: number): string => `item-${String(number).padStart(7, '0')}`;

/** Requirements of hostile items are among themselves, those of the others in the next layer. */
function requirementsOf(number: number, count: number, chance: () => number): SeededItem['requires'] {
  const hostile = Math.min(HOSTILE, Math.floor(count / 4));
  const slugs = new Set<string>();
  if (number < hostile)
    for (let link = 0; link < FAN_OUT; link += 1) slugs.add(slugOf(Math.floor(chance() * hostile)));
  else {
    const size = Math.floor((count - hostile) / LAYERS);
    const layer = Math.floor((number - hostile) / size);
    if (layer < LAYERS - 1)
      for (let link = 0; link < FAN_OUT; link += 1)
        slugs.add(slugOf(hostile + (layer + 1) * size + Math.floor(chance() * size)));
  }
  slugs.delete(slugOf(number));
  return [...slugs].map((slug) => ({ slug, range: '^1.0.0' }));
}

/** The item of a number, of so many. */
export function describeItem(number: number, count: number): SeededItem {
  const chance = random(number + 1);
  const words = (length: number) => Array.from({ length }, () => someWord(chance)).join(' ');
  return {
    slug: slugOf(number),
    description: `${words(DESCRIPTION_WORDS)}.`,
    body: words(BODY_WORDS),
    tags: [`tag-${Math.floor(chance() * 50)}`],
    requires: requirementsOf(number, count, chance),
    sha256: createHash('sha256').update(`item ${number}`).digest('hex'),
  };
}
