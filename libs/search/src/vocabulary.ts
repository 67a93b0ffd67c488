import { distance } from './distance';
import { Interned, Numbers } from './numbers';
import { stem } from './stem';

/** How many candidates of a typo are compared letter by letter: those that share the most trigrams. */
const MOST_COMPARED = 300;
const MOST_TYPOS = 4;

const trigramsOf = (text: string): string[] =>
  Array.from({ length: Math.max(text.length - 2, 0) }, (_, i) => text.slice(i, i + 3));

/** The edges of a word are letters of their own, so that its beginning and end count. */
const framed = (word: string): string => `^^${word}$`;

/** One typo may be in a word of four letters, two in one of eight. */
const mostTypos = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

/**
 * All words that documents hold, each with its stem. Words are looked up by stem exactly, and by part or with typos
 * through their trigrams: work that grows with the vocabulary, not with the documents.
 */
export class Vocabulary {
  private readonly words = new Interned();
  private readonly stems = new Interned();
  /** The stem of each word. */
  private readonly stemIds = new Numbers();
  private readonly byTrigram = new Map<string, Numbers>();
  private shared = new Uint8Array(0);

  get size(): number {
    return this.words.texts.length;
  }

  /** The number of the word's stem; a new word becomes known. */
  stemOf(word: string): number {
    const known = this.words.find(word);
    if (known !== undefined) return this.stemIds.at(known);
    const id = this.words.idOf(word);
    const stemId = this.stems.idOf(stem(word));
    this.stemIds.push(stemId);
    for (const trigram of new Set(trigramsOf(framed(word)))) {
      const list = this.byTrigram.get(trigram);
      if (list === undefined) this.byTrigram.set(trigram, oneOf(id));
      else list.push(id);
    }
    return stemId;
  }

  /** The number of a word's stem, if any document holds a word of it. */
  findStem(word: string): number | undefined {
    return this.stems.find(stem(word));
  }

  stemText(stemId: number): string {
    return this.stems.textOf(stemId);
  }

  /** The stems of the words that begin with this text, of at least two letters. */
  startingWith(prefix: string): Set<number> {
    const first = prefix.length < 2 ? undefined : this.byTrigram.get(`^${prefix.slice(0, 2)}`);
    return this.stemsWhere(first, (word) => word.startsWith(prefix));
  }

  /** The stems of the words that hold this text, of at least three letters. */
  containing(text: string): Set<number> {
    const lists = trigramsOf(text).map((trigram) => this.byTrigram.get(trigram));
    if (lists.length === 0) return new Set();
    const shortest = lists.reduce((a, b) => ((b?.length ?? 0) < (a?.length ?? 0) ? b : a));
    return this.stemsWhere(shortest, (word) => word.includes(text));
  }

  /** The words nearest to one that may be mistyped, the nearest first; among equals those that share most of it. */
  near(word: string): { readonly word: string; readonly stemId: number; readonly typos: number }[] {
    const most = mostTypos(word);
    if (most === 0) return [];
    return this.similar(word)
      .map((id) => ({ word: this.words.textOf(id), stemId: this.stemIds.at(id) }))
      .map((found) => ({ ...found, typos: distance(word, found.word, most) }))
      .filter(({ typos }) => typos <= most)
      .sort((a, b) => a.typos - b.typos)
      .slice(0, MOST_TYPOS);
  }

  /** About how much memory this takes, in bytes. */
  get bytes(): number {
    let lists = 0;
    for (const list of this.byTrigram.values()) lists += 200 + list.data.byteLength;
    return lists + this.size * 200;
  }

  /** Words by how many trigrams they share with this one, most first. */
  private similar(word: string): number[] {
    if (this.shared.length < this.size) this.shared = new Uint8Array(Math.ceil(this.size * 1.5));
    const { shared } = this;
    const met: number[] = [];
    for (const trigram of new Set(trigramsOf(framed(word)))) {
      const list = this.byTrigram.get(trigram);
      for (let i = 0; i < (list?.length ?? 0); i += 1) {
        const id = list?.at(i) ?? 0;
        if (shared[id] === 0) met.push(id);
        shared[id] = (shared[id] ?? 0) + 1;
      }
    }
    const byShare = new Map<number, number[]>();
    for (const id of met) {
      const share = shared[id] ?? 0;
      const same = byShare.get(share);
      if (same === undefined) byShare.set(share, [id]);
      else same.push(id);
      shared[id] = 0;
    }
    const best: number[] = [];
    for (const share of [...byShare.keys()].sort((a, b) => b - a)) {
      if (share < 2 || best.length >= MOST_COMPARED) break;
      best.push(...(byShare.get(share) ?? []).slice(0, MOST_COMPARED));
    }
    return best.slice(0, MOST_COMPARED);
  }

  private stemsWhere(list: Numbers | undefined, holds: (word: string) => boolean): Set<number> {
    const found = new Set<number>();
    for (let i = 0; i < (list?.length ?? 0); i += 1) {
      const id = list?.at(i) ?? 0;
      if (holds(this.words.textOf(id))) found.add(this.stemIds.at(id));
    }
    return found;
  }
}

function oneOf(value: number): Numbers {
  const numbers = new Numbers();
  numbers.push(value);
  return numbers;
}
