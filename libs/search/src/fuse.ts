import type { Numbers } from './numbers';
import { Top } from './top';

/** What a query means, as a vector. */
export interface Semantic {
  readonly vector: Int8Array;
  /** The least cosine that counts as similar. */
  readonly least: number;
  /** The least at which an item is found that holds none of the words. */
  readonly alone: number;
  /** What a place in the list of the similar is worth, against one in the list of the words: 1 for a model. */
  readonly worth: number;
  /**
   * Where a database compares the vectors: what it found, the nearest first, at most `SIMILAR_DEPTH`. Absent where the
   * index compares those that it holds.
   */
  readonly nearest?: readonly Neighbour[];
}

/** An item whose vector is near to that of a query, and their cosine. */
export interface Neighbour {
  readonly kind: string;
  readonly slug: string;
  readonly similarity: number;
}

/** Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const K = 60;
/** How many of the words' list take part by their place. */
const WORDS_DEPTH = 1000;
/** How many of the nearest take part. */
export const SIMILAR_DEPTH = 200;

interface Lists {
  /** What the words found, each with its score. */
  readonly docs: Numbers;
  /** Whether the words found it. */
  readonly hasWords: (doc: number) => boolean;
  /** Read as the scores by words, written as the fused ones. */
  readonly scores: Float64Array;
  readonly similarities: Float32Array;
  readonly semantic: Semantic;
  /** Calls back with what is similar enough and may be found. */
  readonly eachSimilar: (found: (doc: number, similarity: number) => void) => void;
  readonly keyOf: (doc: number) => string;
  /** The order by score. */
  readonly before: (a: number, b: number) => boolean;
}

/**
 * Fuses what the words found with what is similar. Every document takes part; those beyond the first thousand of the
 * list of words keep its order, below.
 * Adds to `docs` what is only similar; `scores` are then the fused ones.
 */
export function fuse(lists: Lists): void {
  const { docs, hasWords, scores, similarities, semantic, eachSimilar, keyOf, before } = lists;
  const bySimilarity = (a: number, b: number): boolean => {
    const difference = (similarities[a] ?? 0) - (similarities[b] ?? 0);
    return difference > 0 || (difference === 0 && keyOf(a) < keyOf(b));
  };
  const similar = new Top(SIMILAR_DEPTH, bySimilarity);
  eachSimilar((doc, similarity) => {
    similarities[doc] = similarity;
    similar.offer(doc);
  });
  const words = new Top(WORDS_DEPTH, before);
  docs.each((doc) => words.offer(doc));
  const ranked = words.sorted();
  const best = scores[ranked[0] ?? 0] ?? 0;
  const below = 1 / (K + WORDS_DEPTH + 1);
  docs.each((doc) => {
    scores[doc] = best === 0 ? 0 : (below * (scores[doc] ?? 0)) / best;
  });
  ranked.forEach((doc, rank) => (scores[doc] = 1 / (K + rank + 1)));
  similar.sorted().forEach((doc, rank) => {
    if (!hasWords(doc)) {
      if ((similarities[doc] ?? 0) < semantic.alone) return;
      scores[doc] = 0;
      docs.push(doc);
    }
    scores[doc] = (scores[doc] ?? 0) + semantic.worth / (K + rank + 1);
  });
}
