import type { SearchDocument } from './documents';
import { Numbers } from './numbers';
import type { Vocabulary } from './vocabulary';
import { foldedWords } from './words';

/*
 * BM25F (Robertson, Zaragoza, Taylor 2004): the occurrences of a word in all fields are added up, each divided by how
 * long its field is and multiplied by what the field is worth; only the sum is saturated. The usual length of a field
 * is a constant here and not the average of the moment, so that a document's numbers do not change when others come.
 */

interface Field {
  readonly worth: number;
  /** How much the length counts, 0 to 1. */
  readonly lengthCounts: number;
  /** In words. */
  readonly usualLength: number;
}

const FIELDS = {
  name: { worth: 5, lengthCounts: 0.5, usualLength: 2.5 },
  tags: { worth: 2.5, lengthCounts: 0.3, usualLength: 4 },
  description: { worth: 2, lengthCounts: 0.6, usualLength: 24 },
  whenToUse: { worth: 1.8, lengthCounts: 0.6, usualLength: 24 },
  body: { worth: 0.6, lengthCounts: 0.75, usualLength: 500 },
} as const satisfies Record<string, Field>;

const SATURATION = 1.2;
/** An entry is a document's number and, in the lowest 8 bits, how much the word says about it. */
const IMPACT_BITS = 8;
const MOST_IMPACT = 255;
export const MOST_DOCUMENTS = 2 ** (32 - IMPACT_BITS);

/** Which documents hold which stems, and how much each says about the document. */
export class Postings {
  private lists: (Numbers | undefined)[] = [];
  private entries = 0;

  constructor(private readonly vocabulary: Vocabulary) {}

  get bytes(): number {
    // An entry has a third in reserve on average; a list is some objects.
    return this.entries * 5 + this.lists.length * 190;
  }

  add(doc: number, document: SearchDocument): void {
    const weights = new Map<number, number>();
    const { slug, name, description, whenToUse, tags, body } = document;
    // A name of several words is also searched as one.
    const joined = slug.includes('-') ? slug.replaceAll('-', '') : '';
    const title = name === '' || name === slug ? slug : `${slug} ${name}`;
    this.weigh(weights, `${title} ${joined}`, FIELDS.name);
    this.weigh(weights, tags.join(' '), FIELDS.tags);
    this.weigh(weights, description, FIELDS.description);
    this.weigh(weights, whenToUse, FIELDS.whenToUse);
    this.weigh(weights, body, FIELDS.body);
    for (const [stemId, weight] of weights) {
      const impact = Math.max(1, Math.round((weight / (SATURATION + weight)) * MOST_IMPACT));
      (this.lists[stemId] ??= new Numbers()).push(doc * 2 ** IMPACT_BITS + impact);
    }
    this.entries += weights.size;
  }

  /** How many documents hold the stem, with those that are gone. */
  countOf(stemId: number): number {
    return this.lists[stemId]?.length ?? 0;
  }

  /** Calls `visit` with each document that holds the stem, in the order of their numbers, and an impact of 0 to 1. */
  each(stemId: number, visit: (doc: number, impact: number) => void): void {
    const list = this.lists[stemId];
    if (list === undefined) return;
    const { data, length } = list;
    for (let i = 0; i < length; i += 1) {
      const entry = data[i] ?? 0;
      visit(entry >>> IMPACT_BITS, (entry & MOST_IMPACT) / MOST_IMPACT);
    }
  }

  /** The same postings under other document numbers; what maps to -1 is left out. */
  renumbered(to: Int32Array): Postings {
    const copy = new Postings(this.vocabulary);
    copy.lists = this.lists.map((list) => {
      if (list === undefined) return undefined;
      const kept = new Numbers();
      for (let i = 0; i < list.length; i += 1) {
        const entry = list.at(i);
        const doc = to[entry >>> IMPACT_BITS] ?? -1;
        if (doc >= 0) kept.push(doc * 2 ** IMPACT_BITS + (entry & MOST_IMPACT));
      }
      copy.entries += kept.length;
      kept.trim();
      return kept.length === 0 ? undefined : kept;
    });
    return copy;
  }

  private weigh(weights: Map<number, number>, text: string, field: Field): void {
    if (text === '') return;
    const counts = new Map<number, number>();
    const words = foldedWords(text);
    for (const word of words) {
      const stemId = this.vocabulary.stemOf(word);
      counts.set(stemId, (counts.get(stemId) ?? 0) + 1);
    }
    const { worth, lengthCounts, usualLength } = field;
    const per = worth / (1 - lengthCounts + (lengthCounts * words.length) / usualLength);
    for (const [stemId, count] of counts) weights.set(stemId, (weights.get(stemId) ?? 0) + count * per);
  }
}
