import type { Numbers } from './numbers';
import { Top } from './top';
import type { Vectors } from './vectors';

/** What a query means, as a vector. */
export interface Semantic {
  readonly vector: Int8Array;
  /** The least cosine that counts as similar. */
  readonly least: number;
  /** The least at which an item is found that holds none of the words. */
  readonly alone: number;
  /** What a place in the list of the similar is worth, against one in the list of the words: 1 for a model. */
  readonly worth: number;
}

/** Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const K = 60;
const DEPTH = { words: 1000, similar: 200 } as const;

interface Lists {
  /** What the words found, each with its score. */
  readonly docs: Numbers;
  /** Whether the words found it. */
  readonly hasWords: (doc: number) => boolean;
  /** Read as the scores by words, written as the fused ones. */
  readonly scores: Float64Array;
  readonly similarities: Float32Array;
  readonly vectors: Vectors;
  readonly semantic: Semantic;
  readonly isThere: (doc: number) => boolean;
  /** The order by score. */
  readonly before: (a: number, b: number) => boolean;
}

/**
 * Fuses what the words found with what is similar. Every document takes part; those beyond the first thousand of the
 * list of words keep its order, below.
 * Adds to `docs` what is only similar; `scores` are then the fused ones.
 */
export function fuse(lists: Lists): void {
  const { docs, hasWords, scores, similarities, vectors, semantic, isThere, before } = lists;
  const bySimilarity = (a: number, b: number): boolean => {
    const difference = (similarities[a] ?? 0) - (similarities[b] ?? 0);
    return difference > 0 || (difference === 0 && a < b);
  };
  const similar = new Top(DEPTH.similar, bySimilarity);
  vectors.scan(semantic.vector, (doc, similarity) => {
    if (similarity < semantic.least || !isThere(doc)) return;
    similarities[doc] = similarity;
    similar.offer(doc);
  });
  const words = new Top(DEPTH.words, before);
  docs.each((doc) => words.offer(doc));
  const ranked = words.sorted();
  const best = scores[ranked[0] ?? 0] ?? 0;
  const below = 1 / (K + DEPTH.words + 1);
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
