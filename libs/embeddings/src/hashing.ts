import { HASHING_DIMENSIONS, hashingVector } from '@loam/search';
import type { EmbeddingProvider } from './provider';

/** Vectors of the words and letters of a text. Needs nothing, and knows nothing of meaning. */
export const hashingEmbeddings: EmbeddingProvider = {
  id: 'hashing-v1',
  dimensions: HASHING_DIMENSIONS,
  least: 0.2,
  alone: 0.4,
  // Between the pairs of `evaluation/duplicates`: those that say the same, and those of one topic.
  duplicate: 0.6,
  worth: 0.2,
  check: async () => undefined,
  embed: async (texts) => texts.map(hashingVector),
};
