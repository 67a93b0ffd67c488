import { otherNames } from './same-words';
import type { Vocabulary } from './vocabulary';
import { wordsOf } from './words';

/** One way in which a word of a query may occur, and what an occurrence is worth. */
export interface Variant {
  readonly stemId: number;
  readonly worth: number;
}

/** One word of a query. An item that holds several of its variants gets the best one, not their sum. */
export interface QueryWord {
  readonly variants: readonly Variant[];
}

export interface ResolvedQuery {
  readonly words: readonly QueryWord[];
  /** The query with the words put right that no item holds as they were typed; null where nothing was. */
  readonly corrected: string | null;
}

/** What the resolver asks about a stem. */
export interface Statistics {
  /** How many documents hold it. */
  countOf(stemId: number): number;
  readonly documents: number;
}

const MOST_WORDS = 32;
const MOST_PREFIXED = 60;
const WORTH = {
  exact: 1,
  name: 0.8,
  longer: 0.5,
  begun: 0.25,
  prefix: 0.6,
  inside: 0.4,
  typos: [1, 0.7, 0.5],
} as const;
/** From so many letters on, words that begin with this one mostly mean the same. */
const TELLING_LENGTH = 5;
/** From so many letters on, a word may be the beginning of another, as `kube` is; it is a weaker sign. */
const BEGUN_LENGTH = 3;
/** A word that so few hold may be mistyped there too, if a very similar one is so many times as frequent. */
const RARE = { count: 2, outnumbered: 10 };

/** Words that say nothing about what is looked for; they count only where a query holds nothing else. */
const EMPTY_WORDS = new Set(
  `a an and any are as at be by can do does for from get give has have help how i if in into is it its let like make
   me my need of on or our please should so some that the them then there these they this to up use using want was way
   we what when where which while who why will with would you your`.split(/\s+/),
);

/** The weight of a word by how few documents hold it (Robertson and Spärck Jones, never negative). */
const rarity = (count: number, documents: number): number =>
  Math.log(1 + (documents - count + 0.5) / (count + 0.5));

interface TypedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

function typedWords(text: string): TypedWord[] {
  const words = [...wordsOf(text)].slice(0, MOST_WORDS);
  const telling = words.filter(({ word }) => !EMPTY_WORDS.has(word));
  const seen = new Set<string>();
  return (telling.length > 0 ? telling : words).filter(
    ({ word }) => !seen.has(word) && seen.add(word).size > 0,
  );
}

/** Whether the word is the last part of a slug that may not be typed to its end, as in `git-b`. */
const isUnfinishedSlug = (text: string, { start, end }: TypedWord): boolean =>
  end === text.length && text[start - 1] === '-';

/** Finds out, against the words that the documents hold, what each word of a query may mean. */
export class QueryResolver {
  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly statistics: Statistics,
  ) {}

  /** A word as it is, with what means the same; else words that begin with it; else what it may be a typo of. */
  ranked(text: string): ResolvedQuery {
    const corrections: { readonly at: TypedWord; readonly word: string }[] = [];
    const words = typedWords(text).map((at): QueryWord => {
      const known = this.known(at.word, isUnfinishedSlug(text, at));
      if (known.length > 0) return { variants: known };
      const begun = at.word.length < 3 ? [] : this.beginning(at.word, WORTH.prefix);
      if (begun.length > 0) return { variants: begun };
      const near = this.near(at.word);
      const [nearest] = near;
      if (nearest !== undefined) corrections.push({ at, word: nearest.word });
      const inside =
        at.word.length < 4 ? [] : this.existing(this.vocabulary.containing(at.word), WORTH.inside);
      const meant = near.flatMap(({ stemId, typos }) => this.existing([stemId], WORTH.typos[typos] ?? 0));
      return { variants: [...meant, ...this.commonest(inside)] };
    });
    return { words, corrected: corrected(text, corrections) };
  }

  private known(word: string, unfinished: boolean): readonly Variant[] {
    const exact = this.existing([this.vocabulary.findStem(word)], WORTH.exact);
    const names = otherNames(word).map((other) => this.vocabulary.findStem(other));
    const same = [...exact, ...this.existing(names, WORTH.name)];
    if (unfinished) return [...same, ...this.beginning(word, WORTH.prefix)];
    const [first] = exact;
    if (first === undefined) return same;
    const worth = word.length < TELLING_LENGTH ? WORTH.begun : WORTH.longer;
    const longer = word.length < BEGUN_LENGTH ? [] : this.beginning(word, worth);
    // A longer word is no better an answer for being rarer than the word itself.
    const capped = longer.map((each) => ({ ...each, worth: Math.min(each.worth, first.worth * worth) }));
    return [...same, ...capped, ...this.frequentNear(word, first)];
  }

  private frequentNear(word: string, { stemId: own, worth }: Variant): Variant[] {
    const count = this.count(own);
    if (count > RARE.count) return [];
    return this.near(word)
      .filter(({ stemId, typos }) => typos === 1 && this.count(stemId) >= RARE.outnumbered * count)
      .map(({ stemId }) => ({ stemId, worth: worth * WORTH.typos[1] }));
  }

  private near(word: string) {
    return this.vocabulary.near(word).filter(({ stemId }) => this.count(stemId) > 0);
  }

  private beginning(word: string, worth: number): readonly Variant[] {
    return this.commonest(this.existing(this.vocabulary.startingWith(word), worth));
  }

  /** Each word, also inside others; two letters at a word's beginning only, and a single one by itself only. */
  contained(text: string): ResolvedQuery {
    const words = [...wordsOf(text)].slice(0, MOST_WORDS).map(({ word }): QueryWord => {
      const exact = this.existing([this.vocabulary.findStem(word)], WORTH.exact);
      return { variants: [...exact, ...this.existing(this.holding(word), WORTH.inside)] };
    });
    return { words, corrected: null };
  }

  private holding(word: string): Set<number> {
    if (word.length < 2) return new Set();
    return word.length < 3 ? this.vocabulary.startingWith(word) : this.vocabulary.containing(word);
  }

  private count(stemId: number): number {
    return this.statistics.countOf(stemId);
  }

  private existing(stemIds: Iterable<number | undefined>, worth: number): Variant[] {
    const found: Variant[] = [];
    for (const stemId of stemIds) {
      const count = stemId === undefined ? 0 : this.count(stemId);
      if (stemId !== undefined && count > 0)
        found.push({ stemId, worth: worth * rarity(count, this.statistics.documents) });
    }
    return found;
  }

  /** The least rare ones: a beginning of two thousand words means none of them in particular. */
  private commonest(variants: readonly Variant[]): readonly Variant[] {
    return variants.length <= MOST_PREFIXED
      ? variants
      : [...variants].sort((a, b) => a.worth - b.worth).slice(0, MOST_PREFIXED);
  }
}

function corrected(
  text: string,
  corrections: readonly { readonly at: TypedWord; readonly word: string }[],
): string | null {
  if (corrections.length === 0) return null;
  let result = '';
  let from = 0;
  for (const { at, word } of corrections) {
    result += text.slice(from, at.start) + word;
    from = at.end;
  }
  return result + text.slice(from);
}
