import { Documents, type Narrowing, type SearchDocument, type Use } from './documents';
import { countFacets, type Facets } from './facets';
import { Numbers } from './numbers';
import { MOST_DOCUMENTS, Postings } from './postings';
import { QueryResolver, type ResolvedQuery } from './query-words';
import { fuse, type Semantic } from './fuse';
import { Tally } from './tally';
import { Top } from './top';
import { Vectors } from './vectors';
import { Vocabulary } from './vocabulary';

/** A place in the answer to a search, after which the next page begins. */
export interface Place {
  readonly score: number;
  readonly kind: string;
  readonly slug: string;
  /** Pages of one search show what was there when the first was asked for, in ms. */
  readonly asOf: number;
}

export interface Search {
  /**
   * `ranked`: any of the words, by relevance, together with what means the same. `contained`: all of the words, also
   * inside others. `similar`: by the vector alone. `proven`: what `ranked` finds, by relevance, success and use.
   */
  readonly mode: 'ranked' | 'contained' | 'similar' | 'proven';
  /** Empty: everything, the most used first. */
  readonly text: string;
  readonly semantic: Semantic | null;
  readonly narrowing: Omit<Narrowing, 'asOf'>;
  readonly limit: number;
  readonly after: Place | null;
  readonly facets: boolean;
}

export interface Hit {
  readonly kind: string;
  readonly slug: string;
  readonly score: number;
  /** The cosine with the query, where both have a vector. */
  readonly similarity: number | null;
}

export interface Found {
  readonly hits: readonly Hit[];
  /** How many there are on all pages. */
  readonly total: number;
  readonly facets: Facets | null;
  /** The stems that were looked for, for snippets. */
  readonly stems: readonly string[];
  readonly corrected: string | null;
  readonly next: Place | null;
}

/** By how much use can raise a score: enough between equals, too little to bury a better match. */
const POPULARITY = 0.1;
/** What relevance, success and use are worth where all three decide; each is 0 to 1. */
const PROVEN = { relevance: 0.4, success: 0.4, use: 0.2 } as const;
/** What is left of a score when all but none of the words match. */
const LEAST_COVERAGE = 0.35;
/** Added for the slug itself, above anything that can be reached otherwise. */
const EXACT = 1e6;
const DEAD_AT_LEAST = 1000;

/** The slug that a query would be. */
const slugOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');

/** Where the page ends whose last item this is. */
export const placeOf = ({ score, kind, slug }: Hit, asOf: number): Place => ({ score, kind, slug, asOf });

/** The searchable items of one tenant, in memory. */
export class SearchIndex {
  private documents = new Documents();
  private readonly vocabulary = new Vocabulary();
  private postings = new Postings(this.vocabulary);
  private vectors: Vectors;
  private readonly tally = new Tally();
  private scores = new Float64Array(0);
  private similarities = new Float32Array(0);
  /** What the search at hand has found. */
  private readonly docs = new Numbers();

  /** @param dimensions of the vectors; others are left out */
  constructor(private readonly dimensions: number) {
    this.vectors = new Vectors(dimensions);
  }

  /** How many documents can be found. */
  get size(): number {
    return this.documents.alive;
  }

  /** About how much memory the index takes, in bytes. */
  get bytes(): number {
    const { documents, vocabulary, postings, vectors, tally, scores, similarities } = this;
    const parts = [documents, vocabulary, postings, vectors, tally];
    return parts.reduce((sum, part) => sum + part.bytes, scores.byteLength + similarities.byteLength);
  }

  /** Adds an item, or replaces it. */
  put(document: SearchDocument): void {
    if (this.documents.count >= MOST_DOCUMENTS) throw new Error('the index is full');
    const doc = this.documents.add(document);
    this.postings.add(doc, document);
    if (document.vector !== null) this.vectors.set(doc, document.vector);
    this.compactIfWorthwhile();
  }

  remove(kind: string, slug: string): void {
    this.documents.remove(kind, slug);
    this.compactIfWorthwhile();
  }

  setUse(kind: string, slug: string, use: Use): void {
    const doc = this.documents.find(kind, slug);
    if (doc !== undefined) this.documents.setUse(doc, use);
  }

  search(search: Search): Found {
    const asOf = search.after?.asOf ?? this.documents.newest;
    const isThere = this.documents.narrowedTo({ ...search.narrowing, asOf });
    this.makeRoom();
    const resolved = this.resolve(search, asOf);
    this.score(search, resolved, isThere);
    const page = this.page(search);
    const hits = page.slice(0, search.limit).map((doc) => this.hitOf(doc, search));
    const last = hits.at(-1);
    return {
      hits,
      total: this.docs.length,
      facets: search.facets ? countFacets(this.documents, this.docs) : null,
      stems: this.stemsOf(resolved),
      corrected: resolved.corrected,
      next: last !== undefined && page.length > search.limit ? placeOf(last, asOf) : null,
    };
  }

  private stemsOf({ words }: ResolvedQuery): string[] {
    const ids = new Set(words.flatMap(({ variants }) => variants.map(({ stemId }) => stemId)));
    return [...ids].map((id) => this.vocabulary.stemText(id));
  }

  private resolve({ mode, text }: Search, asOf: number): ResolvedQuery {
    if (mode === 'similar') return { words: [], corrected: null };
    const { documents, postings } = this;
    const wasThere = documents.presentBy(asOf);
    const allWere = asOf >= documents.newest && documents.alive === documents.count;
    const resolver = new QueryResolver(this.vocabulary, {
      documents: documents.countPresentBy(asOf),
      countOf: (stemId) => {
        if (allWere) return postings.countOf(stemId);
        let count = 0;
        postings.each(stemId, (doc) => {
          if (wasThere(doc)) count += 1;
        });
        return count;
      },
    });
    return mode === 'contained' ? resolver.contained(text) : resolver.ranked(text);
  }

  /** Finds what matches, into `docs`, and gives it a score. */
  private score(search: Search, resolved: ResolvedQuery, isThere: (doc: number) => boolean): void {
    const { mode, text, semantic } = search;
    this.docs.clear();
    if (mode === 'similar') {
      if (semantic !== null) this.scoreBySimilarity(semantic, isThere);
      return;
    }
    if (text.trim() === '') {
      this.scoreAll(isThere);
      if (mode === 'proven') this.scoreByProof(() => 1);
      return;
    }
    this.scoreByWords(mode, resolved, isThere);
    if (mode !== 'contained' && semantic !== null) this.fuse(semantic, isThere);
    if (mode === 'proven') this.scoreByProof(this.relevance());
    this.putExactFirst(text, isThere);
  }

  private scoreAll(isThere: (doc: number) => boolean): void {
    for (let doc = 0; doc < this.documents.count; doc += 1) {
      if (!isThere(doc)) continue;
      this.scores[doc] = this.documents.popularity(doc);
      this.docs.push(doc);
    }
  }

  private scoreByWords(
    mode: Search['mode'],
    { words }: ResolvedQuery,
    isThere: (doc: number) => boolean,
  ): void {
    const { tally, documents, scores, docs } = this;
    tally.run(words, this.postings, documents.count, isThere);
    const least = mode === 'contained' ? words.length : 1;
    tally.docs.each((doc) => {
      const held = tally.wordsIn(doc);
      if (held < least) return;
      const coverage = LEAST_COVERAGE + (1 - LEAST_COVERAGE) * (held / words.length);
      scores[doc] = tally.total(doc) * coverage * (1 + POPULARITY * documents.popularity(doc));
      docs.push(doc);
    });
  }

  private scoreBySimilarity(semantic: Semantic, isThere: (doc: number) => boolean): void {
    this.eachSimilar(semantic, isThere, (doc, similarity) => {
      this.scores[doc] = similarity;
      this.docs.push(doc);
    });
  }

  private eachSimilar(
    { vector, least, nearest }: Semantic,
    isThere: (doc: number) => boolean,
    found: (doc: number, similarity: number) => void,
  ): void {
    const take = (doc: number, similarity: number): void => {
      if (similarity >= least && isThere(doc)) found(doc, similarity);
    };
    if (nearest === undefined) this.vectors.scan(vector, take);
    for (const { kind, slug, similarity } of nearest ?? []) {
      const doc = this.documents.find(kind, slug);
      if (doc !== undefined) take(doc, similarity);
    }
  }

  private fuse(semantic: Semantic, isThere: (doc: number) => boolean): void {
    const { docs, scores, similarities, before } = this;
    fuse({
      ...{ docs, scores, similarities, semantic, before },
      hasWords: (doc) => this.tally.wordsIn(doc) > 0,
      eachSimilar: (found) => {
        this.eachSimilar(semantic, isThere, found);
      },
      keyOf: (doc) => this.documents.keyOf(doc),
    });
  }

  /** The score of each document that was found as a part of the best one. */
  private relevance(): (doc: number) => number {
    let best = 0;
    this.docs.each((doc) => (best = Math.max(best, this.scoreOf(doc))));
    return (doc) => (best === 0 ? 1 : this.scoreOf(doc) / best);
  }

  /** By orders of magnitude of use, so that one that is used by everybody does not flatten the others. */
  private scoreByProof(relevance: (doc: number) => number): void {
    const { docs, documents, scores } = this;
    let most = 0;
    docs.each((doc) => (most = Math.max(most, documents.timesUsed(doc))));
    docs.each((doc) => {
      const use = most === 0 ? 0 : Math.log1p(documents.timesUsed(doc)) / Math.log1p(most);
      const success = documents.success(doc);
      scores[doc] = PROVEN.relevance * relevance(doc) + PROVEN.success * success + PROVEN.use * use;
    });
  }

  private putExactFirst(text: string, isThere: (doc: number) => boolean): void {
    for (const doc of this.documents.ofSlug(slugOf(text))) {
      if (!isThere(doc)) continue;
      if (!this.isFound(doc)) {
        this.scores[doc] = 0;
        this.docs.push(doc);
      }
      this.scores[doc] = (this.scores[doc] ?? 0) + EXACT;
    }
  }

  private isFound(doc: number): boolean {
    return this.docs.data.subarray(0, this.docs.length).includes(doc);
  }

  /** One more than asked for tells whether there is another page. */
  private page({ after, limit }: Search): number[] {
    const top = new Top(limit + 1, this.before);
    const isAfter = after === null ? () => true : this.isAfter(after);
    this.docs.each((doc) => {
      if (isAfter(doc)) top.offer(doc);
    });
    return top.sorted();
  }

  /** By the last item's place of now, so that what moved meanwhile moves the page's beginning with it. */
  private isAfter(place: Place): (doc: number) => boolean {
    const key = `${place.kind}/${place.slug}`;
    const last = this.documents.find(place.kind, place.slug);
    const score = last !== undefined && this.isFound(last) ? this.scoreOf(last) : place.score;
    return (doc) => {
      const own = this.scoreOf(doc);
      return own < score || (own === score && this.documents.keyOf(doc) > key);
    };
  }

  private readonly before = (a: number, b: number): boolean => {
    const difference = this.scoreOf(a) - this.scoreOf(b);
    return difference > 0 || (difference === 0 && this.documents.keyOf(a) < this.documents.keyOf(b));
  };

  private scoreOf(doc: number): number {
    return this.scores[doc] ?? 0;
  }

  private identityOf(doc: number): { readonly kind: string; readonly slug: string } {
    const [kind = '', slug = ''] = this.documents.keyOf(doc).split('/');
    return { kind, slug };
  }

  private hitOf(doc: number, { semantic }: Search): Hit {
    const similarity = semantic === null ? null : this.vectors.cosine(doc, semantic.vector);
    return { ...this.identityOf(doc), score: this.scoreOf(doc), similarity };
  }

  private makeRoom(): void {
    const { count } = this.documents;
    if (count <= this.scores.length) return;
    this.scores = new Float64Array(Math.ceil(count * 1.25));
    this.similarities = new Float32Array(this.scores.length);
  }

  /** Numbers the documents anew when more are gone than are there. */
  private compactIfWorthwhile(): void {
    const dead = this.documents.count - this.documents.alive;
    if (dead < DEAD_AT_LEAST || dead < this.documents.alive / 2) return;
    const documents = new Documents();
    const vectors = new Vectors(this.dimensions);
    const to = new Int32Array(this.documents.count).fill(-1);
    for (let doc = 0; doc < this.documents.count; doc += 1) {
      if (!this.documents.isAlive(doc)) continue;
      const moved = this.documents.copyTo(documents, doc);
      to[doc] = moved;
      const vector = this.vectors.get(doc);
      if (vector !== undefined) vectors.set(moved, vector);
    }
    this.postings = this.postings.renumbered(to);
    this.documents = documents;
    this.vectors = vectors;
  }
}
